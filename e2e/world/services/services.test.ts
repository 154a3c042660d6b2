import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, test } from 'vitest'

import { NO_ADDRESS_DETAIL } from '#world/history-event.ts'
import { dlqNameOf, QUEUE_NAMES } from '#world/queues.ts'
import { connectSqs } from './connect-sqs.ts'
import type { Shares } from './service-context.ts'
import { startWorld } from '#world/world.ts'
import type { World, WorldOptions } from '#world/world.ts'

const ORDINARY: Shares = { noAddress: 0, testUser: 0, bounce: 0, scheduled: 0, aside: 0 }

let world: World | undefined
const start = async (options: WorldOptions = {}): Promise<World> => {
  world = await startWorld({ speed: 30, traffic: false, past: false, queues: 2, shares: ORDINARY, ...options })
  return world
}
afterEach(async () => {
  await world?.stop()
  world = undefined
})

const withoutOptions = { nowMs: Date.now() + 3_600_000, withoutAfterMs: 60_000, overdueAfterMs: 60_000 }

describe('the simulated services', () => {
  test('deliver one onboarding e-mail to each new person when nothing is broken', { timeout: 60_000 }, async () => {
    const { createProfiles, record, settle, sqs } = await start()
    const people = await createProfiles(8)
    expect(await settle()).toEqual({ stuck: {} })
    const latest = record.listLatest()
    expect(latest.map((row) => `${row.recipient.id} ${row.type} ${row.status}`).sort()).toEqual(
      people.map((person) => `${person.tisId} PROGRAMME_CREATED SENT`).sort(),
    )
    expect(record.listWithout(withoutOptions)).toEqual([])
    const { counters } = sqs.store.measure(QUEUE_NAMES.profileCreated)
    expect([counters.sent, counters.received, counters.deleted]).toEqual([8, 8, 8])
    // A profile and the contact details of each.
    expect(sqs.store.measure(QUEUE_NAMES.profilesTap).visible).toBe(16)
    expect(sqs.store.measure(QUEUE_NAMES.outcomes).visible).toBe(record.listOutcomes().length)
  })

  test(
    'leave every message and say nothing when the consumer is upgraded, and catch up when it is rolled back',
    { timeout: 90_000 },
    async () => {
      const { createProfiles, faults, record, sentry, settle, sqs } = await start({ faults: ['consumer-upgraded'] })
      const people = await createProfiles(6)
      expect(await settle()).toEqual({ stuck: { [QUEUE_NAMES.profileCreated]: 6 } })
      const before = sqs.store.measure(QUEUE_NAMES.profileCreated).counters
      expect([before.sent, before.deleted]).toEqual([6, 0])
      await expect
        .poll(() => sqs.store.measure(QUEUE_NAMES.profileCreated).counters.received)
        .toBeGreaterThanOrEqual(18)
      const failed = record
        .listLatest()
        .filter((row) => row.status === 'FAILED' && row.statusDetail === NO_ADDRESS_DETAIL)
      expect(failed.map((row) => row.recipient.id).sort()).toEqual(people.map((person) => person.tisId).sort())
      expect(record.listWithout(withoutOptions)).toHaveLength(6)
      expect(sentry.store.listEvents({ fromMs: 0, toMs: Date.now() + 1000 })).toEqual([])

      const ids = failed.map((row) => row.id).sort()
      await faults.set('consumer-upgraded', false)
      expect(await settle()).toEqual({ stuck: {} })
      const healed = record.listLatest()
      expect(healed.map((row) => row.id).sort()).toEqual(ids)
      expect(healed.every((row) => row.status === 'SENT' && row.lastRetry !== null)).toBe(true)
      expect(record.listWithout(withoutOptions)).toEqual([])
    },
  )

  test(
    'fill the dead-letter queue when the producer starts to add the attribute, while older messages went through',
    { timeout: 90_000 },
    async () => {
      const { createProfiles, faults, settle, sqs } = await start({ story: 'producer', dlq: true })
      await createProfiles(3)
      expect(await settle()).toEqual({ stuck: {} })
      await faults.set('producer-adds-javatype', true)
      await createProfiles(4)
      await settle()
      const dead = sqs.store.peekAll(dlqNameOf(QUEUE_NAMES.profileCreated))
      expect(dead).toHaveLength(4)
      expect(dead.map((message) => Object.keys(message.attributes).sort())).toEqual(
        dead.map(() => ['JavaType', 'contentType']),
      )
    },
  )

  test('fail for good where the source system has no address either', { timeout: 60_000 }, async () => {
    const { createProfiles, record, settle } = await start({ shares: { ...ORDINARY, noAddress: 1 } })
    const people = await createProfiles(3)
    expect(await settle()).toEqual({ stuck: {} })
    expect(record.listWithout(withoutOptions).map((person) => person.reason)).toEqual(['failed', 'failed', 'failed'])
    expect(record.listWithoutAddress().sort()).toEqual(people.map((person) => person.tisId).sort())
  })

  test('bounce the mails of one domain in a bounce storm and no others', { timeout: 60_000 }, async () => {
    const { createProfiles, record, settle } = await start({ faults: ['bounce-storm'] })
    await createProfiles(20)
    await settle()
    const byDomain = record
      .listLatest()
      .map((row) => [row.recipient.contact?.endsWith('@webmail.example'), row.statusDetail])
    expect(byDomain.some(([isHit]) => isHit === true)).toBe(true)
    expect(
      byDomain.every(([isHit, detail]) => detail === (isHit === true ? 'Bounce: Transient - General' : null)),
    ).toBe(true)
  })

  test(
    'keep planned e-mails SCHEDULED past their time while the schedule is stuck, and send them late afterwards',
    { timeout: 60_000 },
    async () => {
      const { createProfiles, faults, record, settle } = await start({
        faults: ['stuck-schedule'],
        shares: { ...ORDINARY, scheduled: 1 },
      })
      await createProfiles(2)
      await settle()
      const scheduled = () => record.listLatest().filter((row) => row.status === 'SCHEDULED')
      expect(scheduled()).toHaveLength(2)
      expect(
        record.listWithout({ ...withoutOptions, nowMs: Date.now() + 600_000 }).map(({ reason }) => reason),
      ).toEqual(['overdue', 'overdue'])
      await expect.poll(() => scheduled().every((row) => Date.parse(row.sentAt) < Date.now() - 1000)).toBe(true)
      expect(scheduled()).toHaveLength(2)
      await faults.set('stuck-schedule', false)
      await expect.poll(() => record.listLatest().map((row) => row.status)).toEqual(['SENT', 'SENT', 'SENT', 'SENT'])
    },
  )

  test(
    'write in-app notes, mails to local offices and test users, none of which counts as somebody without their e-mail',
    { timeout: 60_000 },
    async () => {
      const { createProfiles, record, settle } = await start({
        shares: { ...ORDINARY, aside: 1, testUser: 1, noAddress: 1 },
      })
      await createProfiles(2)
      await settle()
      expect(new Set(record.listLatest().map((row) => row.type))).toEqual(
        new Set(['PROGRAMME_CREATED', 'E_PORTFOLIO', 'GMC_UPDATED']),
      )
      expect(record.listWithout(withoutOptions)).toEqual([])
    },
  )

  test('lose no profile while AWS is away for a moment', { timeout: 90_000 }, async () => {
    const { createProfiles, faults, record, settle, sqs } = await start()
    await faults.set('aws-down', true)
    const creating = createProfiles(2)
    await expect.poll(() => sqs.store.measure(QUEUE_NAMES.profileCreated).counters.sent).toBe(0)
    await faults.set('aws-down', false)
    expect(await creating).toHaveLength(2)
    expect(await settle()).toEqual({ stuck: {} })
    expect(record.listProfiles()).toHaveLength(2)
    expect(record.listWithout(withoutOptions)).toEqual([])
  })

  test('sign with their own names, so that the request log tells them from Spillway', { timeout: 60_000 }, async () => {
    const { createProfiles, log, settle } = await start()
    await createProfiles(1)
    await settle()
    expect(new Set(log.list({ service: 'sqs' }).map((call) => call.caller))).toEqual(
      new Set(['infrastructure', 'details', 'sync', 'core-sync', 'notifications', 'ses']),
    )
  })

  test('tell Sentry what their listeners throw, unless Sentry hears nothing', { timeout: 60_000 }, async () => {
    const { faults, queues, sentry, sqs } = await start()
    const client = connectSqs(sqs.endpoint, 'details')
    const poison = () =>
      client.send(new SendMessageCommand({ QueueUrl: queues.profileCreated, MessageBody: '{"traineeTisId":null}' }))
    const events = () => sentry.store.listEvents({ fromMs: 0, toMs: Date.now() + 1000 })
    const received = () => sqs.store.measure(QUEUE_NAMES.profileCreated).counters.received
    await poison()
    await expect.poll(() => events()[0]).toMatchObject({ projectId: '102', environment: 'demo' })
    await faults.set('sentry-silent', true)
    // A report that was on its way when the switch was thrown may still arrive.
    const atSwitch = received()
    await expect.poll(received).toBeGreaterThan(atSwitch)
    const known = events().length
    await expect.poll(received).toBeGreaterThan(atSwitch + 2)
    expect(events()).toHaveLength(known)
    client.destroy()
  })

  test('get work by themselves when traffic is on', { timeout: 60_000 }, async () => {
    const { record } = await start({ traffic: true, speed: 60 })
    await expect.poll(() => record.countByStatus()['SENT'] ?? 0).toBeGreaterThan(3)
  })
})
