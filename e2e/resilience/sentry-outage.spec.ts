import { until } from '#e2e/processes.ts'
import { addErrors } from './add-errors.ts'
import { observe } from './observe.ts'
import { readOverview, serviceOf, sourceOf, untilAllSeen } from './read-pages.ts'
import { BEAT_MS, expect, test } from './test.ts'

const SERVICE = 'tis-trainee-sync'
const MINUTE_MS = 60_000
const BEFORE = 3
const MEANWHILE = 2

test('Sentry goes away; services are unknown until it is back, and the minutes between are fetched', async ({
  page,
  world,
  app,
  session,
  signIn,
}) => {
  addErrors(world, SERVICE, { count: BEFORE, atMs: Date.now() - 5 * MINUTE_MS })
  await signIn(page, 'Vera')
  await untilAllSeen(session)
  await until(
    'errors to be counted',
    async () => serviceOf(await readOverview(session), SERVICE).errors === BEFORE || undefined,
  )
  let reloads = 0
  page.on('load', () => (reloads += 1))
  const pid = app.process()?.child.pid

  const downMs = Date.now()
  world.sentry.setUp(false)
  addErrors(world, SERVICE, { count: MEANWHILE, atMs: downMs })
  const unknown = await until(
    'the service to be unknown',
    async () => {
      const stage = serviceOf(await readOverview(session), SERVICE)
      return stage.truth === 'unknown' ? stage : undefined
    },
    2 * BEAT_MS,
  )
  expect(unknown).toMatchObject({ word: 'not seen', errors: BEFORE })
  expect(unknown.sinceMs, 'since the last good reading').toBeLessThanOrEqual(downMs + 1000)
  expect(unknown.sinceMs, 'since the last good reading').toBeGreaterThan(downMs - 2 * BEAT_MS)
  const watching = observe(async () => {
    const overview = await readOverview(session)
    const stage = serviceOf(overview, SERVICE)
    return [
      ...(stage.truth === 'unknown' ? [] : [`the service was ${stage.truth}`]),
      ...(stage.errors === BEFORE ? [] : [`${String(stage.errors)} errors`]),
      ...(overview.headline.truth === 'ok' ? [`the headline was good: ${overview.headline.text}`] : []),
      ...(sourceOf(overview, 'sqs').state === 'ok' ? [] : ['SQS was not seen either']),
    ]
  })
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/[Ww]e cannot see Sentry since \d\d:\d\d/)
  await until(
    'the minute of the errors to end while Sentry is away',
    () => Math.floor(Date.now() / MINUTE_MS) > Math.floor(downMs / MINUTE_MS) || undefined,
    MINUTE_MS + 1000,
  )
  expect(await watching.stop()).toEqual([])

  world.sentry.setUp(true)
  await untilAllSeen(session, 2 * BEAT_MS)
  await until(
    'the errors that happened meanwhile to be counted',
    async () => serviceOf(await readOverview(session), SERVICE).errors === BEFORE + MEANWHILE || undefined,
    3 * BEAT_MS,
  )
  expect(serviceOf(await readOverview(session), SERVICE).truth).not.toBe('unknown')
  await expect(page.getByRole('heading', { level: 1 })).not.toContainText('cannot see')
  expect(reloads, 'the open page healed by itself').toBe(0)
  expect(app.process()?.child.pid, 'nothing was restarted').toBe(pid)
})
