import { expect, it } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { settingsSchema, type SettingsInput } from '#lib/config/settings.ts'
import { countShapes, type ShapedMessage } from '#lib/domain/message-shape.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { takeHold } from '#lib/store/look-holds.ts'
import { addTapShapes, insertLook } from '#lib/store/looks.ts'
import { insertMarks } from '#lib/store/marks.ts'
import { setGroupMark } from '#lib/store/message-groups.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { fingerprintOf } from '#lib/store/shape-fingerprint.ts'
import { aMark, aQueue, INCIDENT_DAY_MS as NOW } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { queueView } from './queue/contract.ts'
import { loadQueue } from './queue/query.ts'
import type { ViewContext } from './read-view.ts'

const DLQ = aQueue({ name: 'profile-created-dlq' })
const MINUTE = 60_000
const JAVA = { name: 'JavaType', type: 'String', value: 'uk.nhs.hee.ProfileCreateEvent' }
const FLOW = { queue: 'profile-created', service: 'sync', sentryProject: 'tis-trainee-sync' }

const dead = (count: number, given: Partial<ShapedMessage> = {}): ShapedMessage[] =>
  Array.from({ length: count }, (_, at) => ({
    attributes: [JAVA],
    body: '{"traineeTisId":"900042"}',
    deadLetterOf: 'profile-created',
    sentMs: NOW - 20 * MINUTE + at * MINUTE,
    ...given,
  }))

describeStores('the groups inside a queue', ({ db }) => {
  const inside = async (name = DLQ.name, given: SettingsInput = { flow: [FLOW] }) => {
    const context: ViewContext = {
      viewer: { kind: 'person', sessionId: 's', sub: 'u', name: 'Uma', role: 'viewer' },
      db: db(),
      tx: db().orm,
      nowMs: NOW,
      timeZone: 'Europe/London',
      settings: settingsSchema.parse(given),
      env: readEnv({ SENTRY_ORG: 'hee' }).env,
    }
    return (await loadQueue(queueView.params.parse({ name }), context)).inside
  }

  async function lookAt(messages: readonly ShapedMessage[], given: { about?: number; inFlight?: number } = {}) {
    await upsertQueues(db().orm, [aQueue({ dlqArn: DLQ.arn, maxReceiveCount: 5 }), DLQ], NOW, true)
    const sent = { firstSentMs: NOW - 20 * MINUTE, lastSentMs: NOW - 10 * MINUTE }
    const made = { queue: DLQ.name, atMs: NOW - MINUTE, kind: 'look', by: 'Rita', isHealthy: false } as const
    const counts = { read: messages.length, about: messages.length, inFlight: 0, ...given }
    await insertLook(db().orm, { ...made, ...sent, ...counts }, countShapes(messages))
  }

  const tap = (minute: number, attributes: ShapedMessage['attributes'], count = 3) =>
    addTapShapes(db().orm, 'profile-created', {
      minuteMs: NOW + minute * MINUTE,
      isHealthy: true,
      shapes: countShapes(Array.from({ length: count }, () => ({ attributes, body: '{"traineeTisId":"1"}' }))),
    })

  it('says of each group how many, since when, and how it differs from healthy ones before it', async () => {
    await lookAt([...dead(4), ...dead(1, { attributes: [], body: '{"traineeTisId":null}' })], { about: 8, inFlight: 3 })
    await tap(-30, [])
    await tap(-5, [JAVA])
    const found = await inside()
    expect(found).toMatchObject({
      queue: { name: DLQ.name },
      look: { by: 'Rita', words: 'read 5 of about 8 messages; 3 in flight; as of 10:29 GMT' },
      rest: { groups: 0, messages: 0 },
      warning: null,
      held: null,
    })
    expect(found?.groups).toMatchObject([
      {
        count: 4,
        of: 5,
        from: { name: 'profile-created' },
        firstSentMs: NOW - 20 * MINUTE,
        lastSentMs: NOW - 17 * MINUTE,
        title: '`JavaType` uk.nhs…ProfileCreateEvent · body with `traineeTisId`',
        cause: {
          kind: 'differs',
          sentence:
            '4 of 4 stuck messages carry `JavaType` (String); 0 of 3 healthy ones do (kept from the tap of profile-created at 10:00)',
        },
      },
      { count: 1, cause: { kind: 'differs' } },
    ])
    expect(JSON.stringify(found)).not.toContain('900042')
    expect((await inside('profile-created'))?.groups, 'also from the page of its source').toHaveLength(2)
  })

  it('where nothing differs it names what changed around the first one, what could break a reader, and the errors meanwhile', async () => {
    await lookAt(dead(2))
    await tap(-30, [JAVA])
    const firstMs = NOW - 20 * MINUTE
    await insertMarks(db().orm, [aMark({ atMs: firstMs - MINUTE, service: 'sync' })])
    const series = seriesOf.sentryErrors('tis-trainee-sync', 'prod')
    await insertSamples(db().orm, [{ series, atMs: firstMs + MINUTE, value: 96 }], { isBackfill: false })
    expect((await inside())?.groups[0]).toMatchObject({
      cause: {
        kind: 'same',
        sentence: expect.stringMatching(/^Nothing in the messages changed; sync was deployed at 10:09/),
      },
      risks: [expect.stringContaining('uk.nhs.hee.ProfileCreateEvent')],
      errors: {
        words: 'sync: 96 errors in Sentry from 10:10 to 10:26, while they were sent and tried.',
        href: expect.stringContaining('/organizations/hee/issues/?query=project%3Atis-trainee-sync'),
      },
    })
  })

  it('compares with the newest good sample where there is no tap or the settings say so, and says which it is', async () => {
    await lookAt(dead(2))
    expect((await inside())?.groups[0]?.cause.kind).toBe('no-healthy')
    const sample = {
      queue: 'profile-created',
      atMs: NOW - 5 * MINUTE,
      kind: 'sample',
      by: 'Olga',
      isHealthy: true,
    } as const
    const nowhere = { read: 1, about: null, inFlight: null, firstSentMs: null, lastSentMs: null }
    await insertLook(
      db().orm,
      { ...sample, ...nowhere },
      countShapes([{ attributes: [], body: '{"traineeTisId":"1"}' }]),
    )
    const kept = 'kept from the sample that Olga kept of profile-created at 10:25'
    expect((await inside())?.groups[0]?.cause.sentence).toContain(kept)
    await tap(-30, [JAVA])
    const tapped = { ...FLOW, tapQueueUrl: 'http://127.0.0.1:9324/000000000000/tap' }
    const byTap = await inside(DLQ.name, { flow: [tapped] })
    expect(byTap?.groups[0]?.cause.kind).toBe('same')
    expect(byTap?.healthyWords).toBe('Healthy messages are those of the tap of profile-created.')
    const bySample = await inside(DLQ.name, { flow: [{ ...tapped, healthyFrom: 'sample' }] })
    expect(bySample?.groups[0]?.cause.sentence).toContain(kept)
    expect(bySample?.healthyWords).toContain('the newest sample of profile-created that somebody kept as good')
  })

  it('shows 30 groups and says how many more there are, also of messages whose group was too many', async () => {
    const many = Array.from({ length: 34 }, (_, at) =>
      dead(2, { body: JSON.stringify({ [`key${String.fromCharCode(97 + (at % 26))}${at < 26 ? '' : 'x'}`]: 1 }) }),
    )
    await lookAt(many.flat(), { about: 100 })
    const found = await inside()
    expect([found?.groups.length, found?.rest]).toEqual([30, { groups: 4, messages: 8 }])
  })

  it('shows marks, also of groups that the latest look did not meet, and what a look has hidden', async () => {
    await lookAt(dead(1))
    const [shape] = countShapes(dead(1))
    const fingerprint = shape === undefined ? '' : fingerprintOf(shape.shape)
    const mark = { note: 'poison', owner: 'Omar', isHeld: true, ticketUrl: null }
    await setGroupMark(db().orm, { queue: DLQ.name, fingerprint }, mark, 'Rita', NOW)
    await setGroupMark(db().orm, { queue: DLQ.name, fingerprint: 'f'.repeat(32) }, mark, 'Rita', NOW)
    const hold = { queue: DLQ.name, by: 'Omar', fromMs: NOW - 1000, untilMs: NOW + MINUTE }
    await takeHold(db().orm, hold, 'token')
    const found = await inside()
    expect(found?.groups[0]?.mark).toEqual(mark)
    expect(found?.unmet).toMatchObject([{ fingerprint: 'f'.repeat(32), isHeld: true }])
    expect(found?.held).toEqual(hold)
    expect(found?.changes).toHaveLength(6)
  })

  it('is nothing for a queue that works', async () => {
    await upsertQueues(db().orm, [aQueue()], NOW, true)
    expect(await inside('profile-created')).toBeNull()
  })
})
