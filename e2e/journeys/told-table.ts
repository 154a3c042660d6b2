import type { Page } from '@playwright/test'

/** A row of "as told, and now": the figures as the page writes them. */
export interface ToldFigures {
  readonly told: string
  readonly now: string
}

/** The frozen figures of an incident's page beside the present ones, by `group: label`, e.g. `profile-created: sent`. */
export async function readToldTable(page: Page): Promise<ReadonlyMap<string, ToldFigures>> {
  const table = page.getByRole('region', { name: /^As (told|noted)/ }).getByRole('table')
  const groups = await table.locator('tbody').evaluateAll((bodies) =>
    bodies.map((body) => ({
      title: body.querySelector('th')?.textContent ?? '',
      rows: [...body.querySelectorAll('tr')].map((row) =>
        [...row.querySelectorAll('td')].map((cell) => cell.innerText),
      ),
    })),
  )
  return new Map(
    groups.flatMap(({ title, rows }) =>
      rows.flatMap(([label, told, now]) =>
        label === undefined || told === undefined || now === undefined
          ? []
          : ([[`${title}: ${label}`, { told: told.trim(), now: now.trim() }]] as const),
      ),
    ),
  )
}
