import { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { asSomebody } from '#e2e/as-somebody.ts'
import { expect, test } from '#e2e/fixtures.ts'
import { routes } from '#lib/domain/routes.ts'
import type { World } from '#world/world.ts'

const SOON = { timeout: 45_000 }

test.describe('nothing has come yet', () => {
  test.use({ worldOptions: { traffic: false, past: false } })

  test('an empty store shows nothing as good and nothing as zero, and says what it waits for', async ({
    page,
    openPage,
    app,
    signIn,
    makeWall,
  }) => {
    const wall = await openPage()
    await wall.goto(await makeWall('Kitchen'))
    await signIn(page, 'Vera')
    const sentence = page.getByRole('heading', { level: 1 })
    await expect(sentence).toHaveAttribute('data-truth', /unknown|bad/)
    await expect(wall.getByRole('main')).toHaveAttribute('data-truth', /unknown|bad/)
    for (const open of [page, wall]) await expect(open.getByText('Everyone')).toHaveCount(0)
    const emails = page.getByRole('listitem').filter({ hasText: 'e-mails, last 24 hours' })
    await expect(emails).toContainText('no outcome yet', SOON)
    await expect(emails.getByText('not known')).toHaveCount(3)
    await expect(emails).not.toContainText(/\d\s*(delivered|accepted|failed)/)
    await page.goto(`${app.url}${routes.emails()}`)
    await expect(sentence).toHaveAttribute('data-truth', 'unknown')
    await expect(page.getByText('No event has arrived yet')).toBeVisible()
    await expect(page.getByRole('region', { name: 'Who is without' })).toContainText('Not known')
    await expect(page.getByRole('region', { name: 'Why e-mails failed' })).toContainText('Not known')
    await expect(page.getByText('failed now')).toHaveCount(0)
    await page.goto(`${app.url}${routes.quarantine()}`)
    await expect(sentence).toHaveText(/^No message has come yet/)
    await expect(sentence).toHaveAttribute('data-truth', 'unknown')
    await page.goto(`${app.url}${routes.queues()}`)
    await expect(page.getByRole('row')).not.toHaveCount(0)
  })
})

/** Puts messages where nobody reads them. */
async function sendTo(world: World, queueName: string, count: number): Promise<void> {
  const Entries = Array.from({ length: count }, (_, at) => ({ Id: String(at), MessageBody: 'waits' }))
  await asSomebody(world, queueName, (sqs, QueueUrl) => sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })))
}

test.describe('two hundred queues', () => {
  test.use({ worldOptions: { speed: 8, queues: 130, traffic: false } })

  test('the list sorts, filters and keeps its choice in the address; a source that is lost is hatched, with since, and comes back', async ({
    page,
    world,
    app,
    signIn,
  }) => {
    const [most, less] = ['tis-trainee-forms-submitted-demo', 'tis-trainee-ltft-updated-2-demo']
    await sendTo(world, most, 7)
    await sendTo(world, less, 3)
    const total = world.sqs.store.listQueueNames().length
    expect(total).toBeGreaterThan(200)
    await signIn(page, 'Vera', routes.queues())
    const list = page.getByRole('region', { name: 'All queues' })
    const table = list.getByRole('table')
    const names = table.getByRole('rowheader')
    await expect(list.getByText(`${total} queues`)).toBeVisible(SOON)
    const row = table.getByRole('row').filter({ has: page.getByRole('link', { name: most, exact: true }) })
    await expect(row).toContainText('7 waiting', SOON)

    await table.getByRole('button', { name: 'Waiting', exact: true }).click()
    await expect(page).toHaveURL(/\?sort=visible$/)
    await expect(names.first()).toContainText(most)
    await expect(names.nth(2)).toContainText(less)
    await table.getByRole('button', { name: 'Waiting', exact: true }).click()
    await expect(page).toHaveURL(/sort=visible&dir=up$/)
    await expect(names.first()).not.toContainText(most)

    await list.getByLabel('Name contains').fill('ltft-updated')
    await expect(page).toHaveURL(/q=ltft-updated/)
    await expect(list.getByText(new RegExp(`^\\d+ of ${total} queues`))).toBeVisible()
    for (const name of await names.allTextContents()) expect(name).toContain('ltft-updated')
    await page.reload()
    await expect(list.getByLabel('Name contains')).toHaveValue('ltft-updated')
    await expect(table.getByRole('columnheader', { name: 'Waiting', exact: true })).toHaveAttribute(
      'aria-sort',
      'ascending',
    )
    for (const name of await names.allTextContents()) expect(name).toContain('ltft-updated')
    await list.getByLabel('Name contains').fill('no such queue')
    await expect(list.getByText(`No queue fits. Clear the filter to see all ${total}.`)).toBeVisible()

    await page.goto(app.url)
    const services = page
      .getByRole('listitem')
      .filter({ hasText: /^service|service/ })
      .filter({ hasText: 'tis-trainee-notifications' })
    await expect(services.first()).toContainText(/errors? in the last hour/, SOON)
    await expect(services.first()).not.toContainText('not watched')
    const lostAtMs = Date.now()
    await world.faults.set('sentry-down', true)
    await expect(page.getByRole('heading', { level: 1 })).toContainText('cannot see Sentry since', SOON)
    expect(Date.now() - lostAtMs, 'within two intervals, and a moment to say it').toBeLessThan(40_000)
    for (const service of await services.all()) {
      await expect(service).toHaveAttribute('data-truth', 'unknown')
      await expect(service).toContainText(/not seen.*since \d\d:\d\d/)
    }
    await expect(page).toHaveTitle(/^▨ Cannot see Sentry/)
    await expect(page.getByRole('listitem').filter({ hasText: 'Sentry: does not answer' })).toContainText('since')
    await world.faults.set('sentry-down', false)
    await expect(page.getByRole('heading', { level: 1 })).not.toContainText('Sentry', SOON)
    for (const service of await services.all()) await expect(service).toHaveAttribute('data-truth', 'ok')
  })
})
