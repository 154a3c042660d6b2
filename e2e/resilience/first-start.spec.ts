import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { join } from 'node:path'
import { STATUS } from '#e2e/chaos/outcomes-agree.ts'
import { readView, signInOverHttp } from '#e2e/http-session.ts'
import { until } from '#e2e/processes.ts'
import type { ChartData, EmailsPage } from '#e2e/view-types.ts'
import { isOnboarding } from '#world/history-event.ts'
import { QUEUE_NAMES } from '#world/queues.ts'
import type { World } from '#world/world.ts'
import { addErrors } from './add-errors.ts'
import { readOverview, readQueue, serviceOf } from './read-pages.ts'
import { expect, quietWorld, test } from './test.ts'

const FLOW = QUEUE_NAMES.profileCreated
const DAY_MS = 86_400_000
const HOUR_SECONDS = 3600
const SERVICE = 'tis-trainee-sync'
const MANY_ERRORS = 30
/** An event tells when its mail was sent, which is at most this long before it was published. */
const FEEDBACK_MS = 5000

test.use({ worldOptions: { ...quietWorld, past: true } })

/** What CloudWatch itself says was sent to a queue, by the hour, asked as any client may. */
async function sentByCloudWatch(world: World, fromMs: number, toMs: number): Promise<number> {
  const client = new CloudWatchClient({
    endpoint: world.cloudwatch.endpoint,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'judge', secretAccessKey: 'sandbox' },
  })
  const metric = {
    Namespace: 'AWS/SQS',
    MetricName: 'NumberOfMessagesSent',
    Dimensions: [{ Name: 'QueueName', Value: FLOW }],
  }
  const answer = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(fromMs),
      EndTime: new Date(toMs),
      MetricDataQueries: [{ Id: 'sent', MetricStat: { Metric: metric, Period: HOUR_SECONDS, Stat: 'Sum' } }],
    }),
  )
  client.destroy()
  if (answer.NextToken !== undefined) throw new Error('The judge reads one page only.')
  return (answer.MetricDataResults?.[0]?.Values ?? []).reduce((sum, value) => sum + value, 0)
}

function pointsOf(chart: ChartData, id: string): [number, number][] {
  const points = chart.series.find((series) => series.id === id)?.points ?? []
  return points.flatMap(([atMs, value]): [number, number][] => (value === null ? [] : [[atMs, value]]))
}

/** Days of the chart's range from its first point that has a value to its end. */
function daysShown(chart: ChartData, id: string): number {
  const [first] = pointsOf(chart, id)
  return first === undefined ? 0 : (chart.toMs - first[0]) / DAY_MS
}

/** E-mails of the record that came to be in this state after the moment. */
function countSince(world: World, state: string, fromMs: number): number {
  const last = new Map(world.record.listOutcomes().map((outcome) => [outcome.event.id, outcome]))
  return [...last.values()].filter(
    ({ event, publishedAtMs }) => publishedAtMs >= fromMs && isOnboarding(event) && STATUS[event.status] === state,
  ).length
}

test('a first start on an empty store shows 90 days wherever a source keeps them, and says where not', async ({
  world,
  makeApp,
}) => {
  addErrors(world, SERVICE, { count: MANY_ERRORS, atMs: Date.now() - 10 * 60_000 })
  const app = await makeApp({ env: world.env, settings: world.settings })
  const file = join(app.folder, 'past.jsonl')
  const lines = await world.writePast(file)
  const told = await app.run('commands/import.ts', file)
  expect(told.replaceAll(',', ''), 'every line of the past is taken in').toContain(String(lines))
  await app.start()
  const session = await signInOverHttp(app, 'omar')

  await test.step('messages in and out, and their age, by CloudWatch', async () => {
    const page = await until(
      '90 days of traffic',
      async () => {
        const shown = await readQueue(session, FLOW, '90d')
        return daysShown(shown.flowChart, 'sent') >= 89 ? shown : undefined
      },
      90_000,
      500,
    )
    const { flowChart, ageChart } = page
    const shown = pointsOf(flowChart, 'sent').reduce((sum, [, value]) => sum + value, 0)
    const [first] = pointsOf(flowChart, 'sent')
    const hourMs = HOUR_SECONDS * 1000
    const kept = await sentByCloudWatch(world, Math.floor((first?.[0] ?? 0) / hourMs) * hourMs, Date.now())
    expect(shown, 'messages sent in 90 days').toBe(kept)
    expect(shown).toBeGreaterThan(0)
    expect(daysShown(ageChart, 'oldest-age')).toBeGreaterThanOrEqual(89)
    expect(flowChart.gaps).toEqual([])
  })

  await test.step('depth, of which SQS keeps no history', async () => {
    const { depthChart } = await readQueue(session, FLOW, '90d')
    expect(depthChart.note).toMatch(/^SQS keeps no history/)
    expect(daysShown(depthChart, 'visible')).toBeLessThan(1)
  })

  await test.step('e-mails, by import', async () => {
    const page = await readView<EmailsPage>(session, 'emails', { range: '90d' })
    for (const state of ['delivered', 'failed'] as const) {
      // The past begins an hour or two before the 90 days, so the page may rightly leave out its first e-mails.
      const fromMs = page.nowMs - 90 * DAY_MS
      expect(page.totals[state]).toBeGreaterThanOrEqual(countSince(world, state, fromMs + FEEDBACK_MS))
      expect(page.totals[state]).toBeLessThanOrEqual(countSince(world, state, fromMs - FEEDBACK_MS))
    }
    expect(page.totals.delivered).toBeGreaterThan(0)
    expect(daysShown(page.chart, 'delivered')).toBeGreaterThanOrEqual(89)
  })

  await test.step('errors, by Sentry: a usual hour is known from the week before', async () => {
    await until('services to be judged by the week before', async () => {
      const { word } = serviceOf(await readOverview(session), SERVICE)
      if (/^\d+ errors, usually \d/.test(word)) return true
      throw new Error(`The service was said to have ${word}.`)
    })
  })
  await session.dispose()
})
