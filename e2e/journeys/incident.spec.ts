import { expect, test } from '#e2e/fixtures.ts'
import { ruleCompletion } from '#e2e/parity.ts'
import { until } from '#e2e/processes.ts'
import { QUEUE_NAMES } from '#world/queues.ts'

const LEAK = /profile-created: \d+ sent, 0 processed/

/**
 * The incident of 2024: the consumer is upgraded, the attribute was there all along, there is no dead-letter queue. Open pages show it
 * without a reload, within a minute of the moment when CloudWatch could first tell.
 */
test('an upgraded consumer that drops every message is seen on the overview and the wall', async ({
  page,
  browser,
  world,
  app,
  signIn,
  wallUrl,
}) => {
  await signIn(page, 'Omar')
  const wall = await (await browser.newContext()).newPage()
  await wall.goto(wallUrl)
  await expect(page.getByRole('heading', { level: 1 })).not.toContainText('0 processed')
  await until(
    'healthy traffic to be shown',
    async () => ((await page.getByText(/\d+\s*delivered/).count()) > 0 ? true : undefined),
    60_000,
  )
  let reloads = 0
  page.on('load', () => (reloads += 1))

  const brokenAtMs = Date.now()
  await world.faults.set('consumer-upgraded', true)
  const completed = await until(
    'CloudWatch to serve the datapoint that completes the rule',
    () => {
      const completion = ruleCompletion(world, QUEUE_NAMES.profileCreated, brokenAtMs)
      return completion !== undefined && completion.servableAtMs <= Date.now() ? completion : undefined
    },
    220_000,
  )
  const leftMs = completed.servableAtMs + 60_000 - Date.now()
  await expect(page.getByRole('main').getByText(LEAK).first()).toBeVisible({ timeout: leftMs })
  await expect(wall.getByText(/\d+ sent, 0 processed/).first()).toBeVisible({
    timeout: Math.max(1, completed.servableAtMs + 60_000 - Date.now()),
  })
  await expect(page.getByRole('main').getByText(/since/).first()).toBeVisible()
  expect(reloads).toBe(0)
  expect(app.process()?.child.exitCode).toBeNull()
})

test('a failed e-mail is on the open page within two seconds of its event', async ({ page, world, app, signIn }) => {
  await signIn(page, 'Vera', '/emails')
  const failures = page.getByTestId('open-failures')
  await expect(failures).toBeVisible()
  const before = Number((await failures.textContent())?.replaceAll(/\D/g, '') ?? '0')
  await world.faults.set('consumer-upgraded', true)
  const first = await until(
    'a first failed e-mail',
    () =>
      world.record
        .listOutcomes()
        .find(
          ({ event, publishedAtMs }) =>
            event.status === 'FAILED' &&
            event.statusDetail === 'No email address available.' &&
            publishedAtMs > Date.now() - 60_000,
        ),
    60_000,
    20,
  )
  await expect
    .poll(async () => Number((await failures.textContent())?.replaceAll(/\D/g, '') ?? '0'), {
      intervals: [50],
      timeout: 5000,
    })
    .toBeGreaterThan(before)
  expect(Date.now() - first.publishedAtMs, 'milliseconds from the event to the page').toBeLessThan(2000)
  expect(app.process()?.child.exitCode).toBeNull()
})
