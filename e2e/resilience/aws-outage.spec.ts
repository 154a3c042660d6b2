import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { differences, listOutcomes } from '#e2e/chaos/outcomes-agree.ts'
import { until } from '#e2e/processes.ts'
import type { Overview } from '#e2e/view-types.ts'
import { sqsMetric } from '#world/cloudwatch/metric-store.ts'
import { single } from '#world/cloudwatch/publisher.ts'
import { QUEUE_NAMES, sideQueueNames } from '#world/queues.ts'
import { connectSqs } from '#world/services/connect-sqs.ts'
import type { World } from '#world/world.ts'
import { flowDifferences, newestSent } from './cloudwatch-agrees.ts'
import { observe } from './observe.ts'
import { emailsOf, readOverview, readQueue, rowOf, sourceOf, untilAllSeen } from './read-pages.ts'
import { BEAT_MS, expect, SQS_BEAT_MS, test } from './test.ts'

const FLOW = QUEUE_NAMES.profileCreated
const [WAITING = ''] = sideQueueNames(1)
const MINUTE_MS = 60_000
const KNOWN_SENT = 7

/** Three messages on a queue that nobody reads, and some minutes of traffic that CloudWatch knows already: figures that are not zero. */
async function giveFigures(world: World): Promise<void> {
  const sqs = connectSqs(world.sqs.endpoint, 'infrastructure')
  const queueUrl = `${world.sqs.endpoint}/000000000000/${WAITING}`
  for (const text of ['one', 'two', 'three'])
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: text }))
  sqs.destroy()
  for (const metric of ['NumberOfMessagesSent', 'NumberOfMessagesReceived', 'NumberOfMessagesDeleted'])
    world.cloudwatch.store.put(sqsMetric(FLOW, metric), Date.now() - 5 * MINUTE_MS, single(KNOWN_SENT), Date.now())
}

/** What is wrong with an overview while CloudWatch is away: it must say so, and no figure of it may fall or look fresh. */
function wrongWithoutCloudwatch(overview: Overview): string[] {
  const row = rowOf(overview, FLOW)
  return [
    ...(overview.headline.truth === 'ok' ? [`the headline was good: ${overview.headline.text}`] : []),
    ...(sourceOf(overview, 'cloudwatch-metrics').state === 'failing' ? [] : ['CloudWatch was not said to fail']),
    ...(row.flowUnknownSinceMs === null ? ['counts of CloudWatch looked fresh'] : []),
    ...((row.sent ?? 0) < KNOWN_SENT ? [`${String(row.sent)} sent`] : []),
  ]
}

test('CloudWatch goes away, then all of AWS; what they feed is unknown until they are back', async ({
  page,
  world,
  app,
  session,
  signIn,
}) => {
  await giveFigures(world)
  await signIn(page, 'Vera')
  await world.createProfiles(4)
  await world.settle()
  await untilAllSeen(session)
  await until('figures of both', async () => {
    const [overview, waiting] = [await readOverview(session), await readQueue(session, WAITING)]
    const isThere = (rowOf(overview, FLOW).sent ?? 0) >= KNOWN_SENT && waiting.row.visible === 3
    return (isThere && emailsOf(overview).delivered === 4) || undefined
  })
  let reloads = 0
  page.on('load', () => (reloads += 1))
  const pid = app.process()?.child.pid

  const cloudwatchDownMs = Date.now()
  world.cloudwatch.setUp(false)
  await world.createProfiles(5)
  await until(
    'the counts of CloudWatch to be unknown',
    async () => wrongWithoutCloudwatch(await readOverview(session)).length === 0 || undefined,
    2 * BEAT_MS,
  )
  const watching = observe(async () => wrongWithoutCloudwatch(await readOverview(session)))
  const seen = await readOverview(session)
  const source = sourceOf(seen, 'cloudwatch-metrics')
  expect(source.sinceMs, 'unknown since the last good reading').toBeLessThanOrEqual(cloudwatchDownMs + 1000)
  expect(source.sinceMs, 'unknown since the last good reading').toBeGreaterThan(cloudwatchDownMs - 2 * BEAT_MS)
  expect(sourceOf(seen, 'sqs').state, 'SQS still answers').toBe('ok')
  expect(rowOf(seen, FLOW).depthUnknownSinceMs, 'depth comes from SQS and is still known').toBeNull()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/[Ww]e cannot see .*CloudWatch.* since \d\d:\d\d/)

  const awsDownMs = Date.now()
  const restore = world.sqs.faults.add({ operation: '*', action: { kind: 'down' } })
  const whileDown = world.createProfiles(2)
  await until(
    'depths to be unknown',
    async () => (await readQueue(session, WAITING)).row.depthUnknownSinceMs ?? undefined,
    2 * SQS_BEAT_MS,
  )
  const withoutSqs = observe(async () => {
    const { row, headline } = await readQueue(session, WAITING)
    return [
      ...(row.visible === 3 ? [] : [`${String(row.visible)} waiting`]),
      ...(row.truth === 'unknown' && headline.truth !== 'ok' ? [] : [`the queue was ${row.truth}`]),
      ...(row.depthUnknownSinceMs === null ? ['a depth looked fresh'] : []),
    ]
  })
  const blind = await until(
    'e-mails to be unknown',
    async () => {
      const overview = await readOverview(session)
      return emailsOf(overview).truth === 'unknown' ? overview : undefined
    },
    40_000,
  )
  expect(emailsOf(blind), 'last known, not zero').toMatchObject({ word: 'not seen', sinceMs: expect.any(Number) })
  expect(emailsOf(blind).delivered).toBeGreaterThanOrEqual(4)
  expect(sourceOf(blind, 'sqs').sinceMs).toBeGreaterThan(awsDownMs - 2 * SQS_BEAT_MS)
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/cannot see 5 sources since \d\d:\d\d/)

  const hole = await until(
    'a minute of traffic that CloudWatch counted while it was away',
    () => newestSent(world, FLOW, cloudwatchDownMs - MINUTE_MS) ?? undefined,
    75_000,
  )
  expect([...(await watching.stop()), ...(await withoutSqs.stop())]).toEqual([])

  const upMs = Date.now()
  restore()
  world.cloudwatch.setUp(true)
  await whileDown
  await world.settle()
  const healed = await untilAllSeen(session, 2 * BEAT_MS + 5_000)
  expect(rowOf(healed, FLOW).flowUnknownSinceMs).toBeNull()
  await until(
    'the hole to be filled with what CloudWatch kept',
    async () => {
      const { flowChart } = await readQueue(session, FLOW)
      const wrong = flowDifferences(world, FLOW, flowChart, upMs)
      if (wrong.length > 0) throw new Error(wrong.join('; '))
      return true
    },
    2 * BEAT_MS,
  )
  const { flowChart } = await readQueue(session, FLOW)
  const drawn = flowChart.series.find(({ id }) => id === 'sent')?.points.find(([atMs]) => atMs === hole.atMs)
  expect(drawn?.[1], 'messages of the minute that nobody saw').toBe(hole.sent)
  expect(flowChart.gaps, 'a hole that was filled is none').toEqual([])

  const { depthChart } = await readQueue(session, WAITING)
  const gap = depthChart.gaps.find(({ fromMs, toMs }) => fromMs <= awsDownMs + 1000 && toMs !== null && toMs >= upMs)
  expect(gap, `SQS keeps no history, so its gap stays: ${JSON.stringify(depthChart.gaps)}`).toBeDefined()
  await until(
    'every outcome to be shown',
    async () => differences(world, (await listOutcomes(session)).rows).length === 0 || undefined,
  )
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Everyone has their onboarding e-mail')
  expect(reloads, 'the open page healed by itself').toBe(0)
  expect(app.process()?.child.pid, 'nothing was restarted').toBe(pid)
})
