import { differences, listOutcomes } from '#e2e/chaos/outcomes-agree.ts'
import { until } from '#e2e/processes.ts'
import type { Health } from '#e2e/view-types.ts'
import { QUEUE_NAMES } from '#world/queues.ts'
import { flowDifferences } from './cloudwatch-agrees.ts'
import { observe } from './observe.ts'
import { emailsOf, readOverview, readQueue, untilAllSeen } from './read-pages.ts'
import { BEAT_MS, expect, test } from './test.ts'

const FLOW = QUEUE_NAMES.profileCreated
const OUTAGE_MS = 30_000
/** What React and the browser say on the console of a page that the server could not make. */
const UNMADE_PAGE = /React error #441|was preloaded using link preload but not used/

test.skip(({ postgres }) => postgres === null, 'the embedded store lives and dies with the process')

test('the database goes away for half a minute; pages say so and show the last known state as unknown', async ({
  page,
  world,
  app,
  session,
  postgres,
  signIn,
  makeWall,
  openPage,
  consoleProblems,
}) => {
  await signIn(page, 'Vera')
  const wall = await openPage()
  await wall.goto(await makeWall('Kitchen'))
  await world.createProfiles(4)
  await world.settle()
  await untilAllSeen(session)
  await until('e-mails', async () => emailsOf(await readOverview(session)).delivered === 4 || undefined)
  const heading = page.getByRole('heading', { level: 1 })
  await expect(heading).toContainText('Everyone has their onboarding e-mail')
  let reloads = 0
  page.on('load', () => (reloads += 1))
  const pid = app.process()?.child.pid

  const downMs = Date.now()
  await postgres?.stop()
  await expect(heading).toContainText(/cannot read its store since .*last known state/, { timeout: 2 * BEAT_MS })
  await expect(heading).toHaveAttribute('data-truth', 'unknown')
  await expect(wall.getByText(/cannot read its store since .*last known state/).first()).toBeVisible()
  const watching = observe(async () => {
    const shown = (await heading.textContent()) ?? ''
    const figures = await page.getByRole('main').getByText('delivered').count()
    return [
      ...(/cannot read its store since/.test(shown) ? [] : [`the open page said: ${shown}`]),
      ...(figures > 0 ? [] : ['the open page lost its figures']),
    ]
  })
  const health = await session.get('/api/health')
  expect(health.status()).toBe(503)
  const told: Health = await health.json()
  expect(told).toMatchObject({ status: 'down', store: { state: 'down' } })

  const fresh = await page.context().newPage()
  await fresh.goto(app.url)
  await expect(fresh.getByRole('heading', { level: 1 })).toContainText(/cannot read its store since/)
  await expect(fresh.getByRole('button', { name: /sign in/i }), 'nobody is sent away to sign in').toHaveCount(0)
  expect(new URL(fresh.url()).pathname).toBe('/')

  await world.createProfiles(3)
  await world.settle()
  await until('half a minute to pass', () => Date.now() - downMs >= OUTAGE_MS || undefined, OUTAGE_MS + 5_000)
  expect(await watching.stop()).toEqual([])

  await postgres?.restart()
  const upMs = Date.now()
  await untilAllSeen(session, 2 * BEAT_MS)
  await until(
    'every outcome to be shown',
    async () => differences(world, (await listOutcomes(session)).rows).length === 0 || undefined,
  )
  await expect(heading).toContainText('Everyone has their onboarding e-mail')
  await expect(fresh.getByRole('heading', { level: 1 })).toContainText('Everyone has their onboarding e-mail')
  await expect(wall.getByText(/cannot read its store/)).toHaveCount(0)
  await until(
    'the minutes that nobody read to be fetched from CloudWatch',
    async () => {
      const { flowChart } = await readQueue(session, FLOW)
      return flowDifferences(world, FLOW, flowChart, upMs).length === 0 || undefined
    },
    2 * BEAT_MS,
  )
  const { depthChart } = await readQueue(session, FLOW)
  const gap = depthChart.gaps.find(({ fromMs, toMs }) => fromMs < upMs && toMs !== null && toMs > downMs)
  expect(gap, `SQS keeps no history, so the hole stays: ${JSON.stringify(depthChart.gaps)}`).toBeDefined()
  const faults = consoleProblems.filter((problem) => !UNMADE_PAGE.test(problem))
  consoleProblems.splice(0, Infinity, ...faults)
  expect(reloads, 'the open page healed by itself').toBe(0)
  expect(app.process()?.child.pid, 'nothing was restarted').toBe(pid)
})
