import type { Page } from '@playwright/test'
import { until } from '#e2e/processes.ts'

/** Holds the server action that each page calls next until all of them have called theirs, so that they are under way at once. */
async function meetAtServer(pages: readonly Page[]): Promise<void> {
  const { promise: all, resolve } = Promise.withResolvers<void>()
  let missing = pages.length
  for (const page of pages)
    await page.route('**/*', async (route) => {
      if (route.request().headers()['next-action'] === undefined) return route.fallback()
      missing -= 1
      if (missing === 0) resolve()
      await all
      return route.fallback()
    })
}

/** Two people press the same button at once. Gives what the one who was too late is told. */
export async function pressAtOnce(pages: readonly [Page, Page], button: string): Promise<string> {
  await meetAtServer(pages)
  await Promise.all(pages.map((page) => page.getByRole('button', { name: button }).click()))
  const said = await until('one of the two to be told', async () => {
    const texts = await Promise.all(pages.map((page) => page.getByRole('main').getByRole('alert').allTextContents()))
    return texts.flat().find((text) => text !== '')
  })
  for (const page of pages) await page.unrouteAll()
  return said
}
