import { expect, test } from '#e2e/fixtures.ts'
import { routes } from '#lib/domain/routes.ts'

/** A reading of each source, what comes of it, and a machine that does much else. */
const SOON = { timeout: 90_000 }
const FAILING = 8

test.use({
  isPastImported: true,
  worldOptions: { speed: 8, traffic: false, shares: { noAddress: 0, testUser: 0, bounce: 0, scheduled: 0, aside: 0 } },
})

test('a rule is tried on the past: when it would have been said, of which incidents, and what another setting would change', async ({
  page,
  world,
  app,
  signIn,
}) => {
  const sentence = page.getByRole('heading', { level: 1 })
  const table = page.getByRole('region', { name: 'What it would have done' })
  const cells = (line: string) => table.getByRole('row', { name: line }).getByRole('cell')
  await world.faults.set('consumer-upgraded', true)
  await world.createProfiles(FAILING)
  await signIn(page, 'Vera', routes.settings())

  await test.step('the settings lead to it', async () => {
    await page.getByRole('link', { name: 'Try a rule on the past' }).click()
    await expect(page.getByLabel('Rule')).toHaveValue('flow-parity')
    // Until CloudWatch has told its history, the page says that there is nothing to try the rule on.
    await expect(async () => {
      await page.reload()
      await expect(sentence).toContainText('In the last 30 days this rule would', { timeout: 1000 })
    }).toPass(SOON)
  })

  await test.step('an incident of today is found in the past as it was live', async () => {
    await expect(async () => {
      await page.goto(`${app.url}${routes.backtest()}?rule=email-failed-spike&range=90d`)
      await expect(cells('Recorded incidents found').nth(1)).toHaveText('1', { timeout: 1000 })
    }).toPass(SOON)
    const firings = page.getByRole('region', { name: 'As it is: 1' })
    await expect(firings.getByRole('link', { name: /^INC-\d+$/ }).first()).toBeVisible()
    await expect(firings).toContainText('no e-mail address')
  })

  await test.step('another setting stands beside the present one, as an address, with the lines that would keep it', async () => {
    await page.getByLabel(/^Try with/).fill('100')
    await page.getByRole('button', { name: 'Compare' }).click()
    await expect(page).toHaveURL(/rule=email-failed-spike&range=90d&value=100$/)
    await expect(sentence).toContainText('with 100 it would')
    await expect(page.getByRole('region', { name: 'To keep it' })).toContainText('caution: 100')
    const said = cells('Would have been said')
    const [present, tried] = [await said.nth(1).textContent(), await said.nth(2).textContent()]
    expect(Number(tried)).toBeLessThanOrEqual(Number(present))
  })

  await test.step('figures are in the first HTML, and an address that asks for nonsense shows the rule as it is', async () => {
    const html = await (await page.request.get(page.url())).text()
    expect(html).toContain('Would have been said')
    expect(html).toContain('caution: 100')
    await page.goto(`${app.url}${routes.backtest()}?rule=nonsense`)
    await expect(page.getByLabel('Rule')).toHaveValue('flow-parity')
  })
})
