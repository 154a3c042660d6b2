import { beforeEach, expect, it } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { applyFinding } from '#lib/store/findings.ts'
import { applyOutcomeEvents } from '#lib/store/outcomes.ts'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import { insertProfiles } from '#lib/store/profiles.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { recordFailure, recordOk } from '#lib/store/source-states.ts'
import { aFinding, anOutcomeEvent, aProfile, aQueue, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { loadEmails } from './emails/query.ts'
import type { ViewContext } from './read-view.ts'

const NOW = INCIDENT_DAY_MS
const HOUR = 3_600_000
const settings = settingsSchema.parse({
  sources: { 'email-outcomes': { queueUrl: 'http://127.0.0.1:9324/000000000000/outcomes' }, profiles: {} },
  flow: [
    { queue: 'profile-created', service: 'sync', profilesIn: true },
    { queue: 'request.fifo', label: 'full sync' },
  ],
})

const flow = (queue: string, hoursAgo: number, sent: number, deleted: number) => [
  { series: seriesOf.flow(queue, 'sent'), atMs: NOW - hoursAgo * HOUR, value: sent },
  { series: seriesOf.flow(queue, 'deleted'), atMs: NOW - hoursAgo * HOUR, value: deleted },
]

describeStores('the page of e-mails', ({ db }) => {
  const context = (): ViewContext => ({
    viewer: { kind: 'person', sessionId: 's', sub: 'u', name: 'Uma', role: 'viewer' },
    db: db(),
    tx: db().orm,
    nowMs: NOW,
    timeZone: 'Europe/London',
    settings,
    env: readEnv({ SPILLWAY_SECRET: 'a secret of thirty-two characters', AWS_REGION: 'eu-west-2' }).env,
  })
  beforeEach(async () => {
    await db().transaction(async (tx) => {
      await upsertQueues(tx, [aQueue(), aQueue({ name: 'request.fifo' })], NOW, true)
      await insertSamples(tx, [...flow('profile-created', 2, 40, 0), ...flow('profile-created', 30, 7, 7)], {
        isBackfill: false,
      })
      await insertProfiles(
        tx,
        [aProfile({ ref: '1', createdAtMs: NOW - HOUR }), aProfile({ ref: '-1', createdAtMs: NOW - HOUR })],
        NOW,
      )
      for (const source of ['email-outcomes', 'cloudwatch-metrics']) await recordOk(tx, source, NOW - 1000, null)
    })
  })

  it('counts into and out of each stage, and names the leak', async () => {
    await db().transaction(async (tx) => {
      const subject = { kind: 'queue', id: 'profile-created' } as const
      const leak = aFinding({ detector: 'flow-parity', subject, sinceMs: NOW - 3 * HOUR, evidence: {} })
      await applyFinding(tx, leak, leak.detector, subject, NOW)
      await addOwnTraffic(tx, 'profile-created', { sent: 4 }, NOW - 2 * HOUR)
      // CloudWatch has not told this minute: taken off the others' messages, it would make what came in become less.
      await addOwnTraffic(tx, 'profile-created', { sent: 9 }, NOW - 60_000)
      await applyOutcomeEvents(
        tx,
        [
          anOutcomeEvent({ notificationId: 'a', atMs: NOW - HOUR }),
          anOutcomeEvent({ notificationId: 'b', atMs: NOW - HOUR, status: 'failed' }),
        ],
        { isBackfill: false },
      )
    })
    const { journey } = await loadEmails({ range: '24h' }, context())
    expect(journey.map(({ label, in: into, out, leak }) => [label, into, out, leak])).toEqual([
      ['profiles created', 1, null, null],
      ['profile-created', 36, 0, 'sync: 36 in, 0 out since 07:30'],
      ['full sync', null, null, null],
      ['onboarding e-mail', 2, 1, null],
    ])
  })

  it('says since when a stage is not seen', async () => {
    await db().transaction((tx) => recordFailure(tx, 'cloudwatch-metrics', NOW, 'denied', 'no'))
    const { journey } = await loadEmails({ range: '24h' }, context())
    expect(journey[1]).toMatchObject({ in: 40, unknownSinceMs: NOW - 1000 })
    expect(journey.at(-1)).toMatchObject({ in: null, out: null })
  })

  it('marks the office at which far more fails than usual, and tells what recovered', async () => {
    const mails = Array.from({ length: 200 }, (_, at) => {
      const isBefore = at >= 60
      const isBad = !isBefore && at % 3 === 0
      const hours = isBefore ? 48 + (at % 100) : 1 + (at % 20)
      return anOutcomeEvent({
        notificationId: `m${at}`,
        status: isBad ? 'failed' : 'delivered',
        atMs: NOW - hours * HOUR,
        facts: { personRef: String(at), localOffice: at % 3 === 0 ? 'Wessex' : 'London' },
      })
    })
    const healed = anOutcomeEvent({
      notificationId: 'm0',
      atMs: NOW - HOUR / 2,
      facts: { personRef: '0', localOffice: 'Wessex' },
    })
    await db().transaction((tx) => applyOutcomeEvents(tx, [...mails, healed], { isBackfill: false }))
    const page = await loadEmails({ range: '24h' }, context())
    const offices = page.segments.find(({ kind }) => kind === 'office')
    expect(offices?.rows).toMatchObject([
      { value: 'Wessex', total: 20, failed: 19, open: 19, usual: 0, standsOut: true },
      { value: 'London', total: 40, failed: 0, standsOut: false },
    ])
    expect(page.recovery).toEqual({ open: 19, recovered: 1, medianMs: HOUR / 2 })
  })
})
