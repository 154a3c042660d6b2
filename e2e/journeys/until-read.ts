import { expect, type Page } from '@playwright/test'

/** Waits until the page stands where the frame that keeps its place stood. */
export async function untilRead(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
}
