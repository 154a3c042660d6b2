import { readFileSync } from 'node:fs'
import { expect, test } from '#e2e/fixtures.ts'
import { routes } from '#lib/domain/routes.ts'

/** A reading of each source, what comes of it, and a machine that does much else. */
const SOON = { timeout: 60_000 }
const FAILING = 6

test.use({
  worldOptions: { speed: 8, traffic: false, shares: { noAddress: 0, testUser: 0, bounce: 0, scheduled: 0, aside: 0 } },
})

test('from a figure to its people, to what happened to each, to asking for their data again, with proof', async ({
  page,
  openPage,
  world,
  app,
  signIn,
}) => {
  test.setTimeout(300_000)
  const sentence = page.getByRole('heading', { level: 1 })
  await world.faults.set('consumer-upgraded', true)
  const people = await world.createProfiles(FAILING)
  const refs = people.map(({ tisId }) => tisId).toSorted()
  await signIn(page, 'Omar', routes.emails())

  await test.step('a figure opens the people behind it, in clear for an operator', async () => {
    const figure = page.getByRole('region', { name: 'People without their e-mail' }).locator('div').nth(1)
    await expect(figure).toContainText(`their e-mail failed${FAILING}`, SOON)
    await figure.getByRole('link').click()
    await expect(sentence).toContainText(`${FAILING} people have a failed onboarding e-mail`, SOON)
    const rows = page.getByRole('region', { name: 'Who they are' }).getByRole('row')
    await expect(rows).toHaveCount(FAILING + 1)
    expect((await rows.locator('td:first-child').allTextContents()).toSorted()).toEqual(refs)
  })

  await test.step('a responder sees the same people masked, and may neither export nor ask again', async () => {
    const rosa = await openPage()
    await signIn(rosa, 'Rosa', `${routes.people()}?state=failed`)
    const part = rosa.getByRole('region', { name: 'Who they are' })
    await expect(part.getByRole('row')).toHaveCount(FAILING + 1)
    const text = (await rosa.content()).replaceAll(/\s+/gu, ' ')
    expect(refs.filter((ref) => text.includes(ref))).toEqual([])
    await expect(part.getByRole('link', { name: /CSV/ })).toHaveCount(0)
    await expect(rosa.getByRole('button', { name: /Plan a re-sync/ })).toBeDisabled()
    await rosa.close()
  })

  await test.step('the filter stands in the address and narrows the list', async () => {
    await page.getByLabel('Reason').selectOption({ label: 'no e-mail address' })
    await page.waitForURL(/reason=no_email_address/)
    await expect(sentence).toContainText('no e-mail address', SOON)
    await page.getByLabel('State').selectOption({ label: 'e-mail overdue' })
    await expect(sentence).toContainText('Nobody has an overdue onboarding e-mail', SOON)
    await page.goto(`${app.url}${routes.people()}?state=failed`)
  })

  await test.step('an operator exports what the filter holds', async () => {
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: /Export 6 people as CSV/ }).click()
    const lines = readFileSync(await (await download).path(), 'utf8')
      .trimEnd()
      .split('\r\n')
    expect(lines.slice(1).map((line) => line.split(',')[0]?.replaceAll('"', ''))).toEqual(refs)
  })

  await test.step('a person’s page tells what happened', async () => {
    await page.getByRole('region', { name: 'Who they are' }).getByRole('row').nth(1).getByRole('link').click()
    await expect(sentence).toContainText('is without their onboarding e-mail since', SOON)
    const story = page.getByRole('region', { name: 'What happened, and what was tried' })
    await expect(story).toContainText(/failed: no e-mail address/)
    await expect(story).toContainText('Profile created')
  })

  await test.step('their data are asked for again: planned, looked at, started, and proven', async () => {
    await page.goto(`${app.url}${routes.people()}?state=failed`)
    await page.getByRole('button', { name: 'Plan a re-sync of 6 people' }).click()
    await expect(sentence).toContainText('would ask again for the data of 6 people; nobody was asked for yet', SOON)
    const sample = page.getByRole('region', { name: 'What would be sent for each person' })
    await expect(sample).toContainText('•••')
    for (const ref of refs) await expect(sample).not.toContainText(ref)
    await page.getByRole('button', { name: 'Ask again for 6 people' }).click()
    await expect(sentence).toContainText('6 of 6 sent since', SOON)
    await expect(page.getByRole('region', { name: 'Its people' }).getByText('e-mail sent since')).toHaveCount(FAILING)
  })

  await test.step('and the page of e-mails says so', async () => {
    await page.goto(`${app.url}${routes.emails()}`)
    await expect(page.getByRole('region', { name: 'Notifications over time' })).toContainText(
      `${FAILING} went out after a failure in this time`,
      SOON,
    )
  })
})
