import { beforeEach, describe, expect, test } from 'vitest'
import { settingsSchema } from '#lib/config/settings.ts'
import { dropSingleton } from '#lib/config/singleton.ts'
import type { QueueFlow, Reading } from '#lib/domain/reading.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { listOpenFindings } from '#lib/store/findings.ts'
import { countQuarantined } from '#lib/store/quarantine.ts'
import { SERVICE_HISTORY_SLOT } from '#lib/store/service-history.ts'
import { anOutcomeEvent, aMark, aProfile, aQueue, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { applyReadings, type ApplyContext } from './apply-readings.ts'

const MINUTE = 60_000

function aFlow(minute: number, figures: Partial<QueueFlow> = {}): QueueFlow {
  return {
    queue: 'profile-created',
    atMs: INCIDENT_DAY_MS + minute * MINUTE,
    periodSeconds: 60,
    sent: 2,
    received: 8,
    deleted: 0,
    oldestAgeSeconds: null,
    ...figures,
  }
}

function inventory(minute: number, names: readonly string[]): Reading {
  const queues = names.map((name) => aQueue({ name }))
  return { kind: 'queues', atMs: INCIDENT_DAY_MS + minute * MINUTE, queues, isComplete: true }
}

function flow(minute: number, figures: Partial<QueueFlow>): Reading {
  return { kind: 'flows', flows: [aFlow(minute, figures)], isBackfill: false }
}

/** A failed onboarding e-mail with an id of its own. */
function aFailure(number: number, given: Parameters<typeof anOutcomeEvent>[0] = {}) {
  const notificationId = `n${number}`
  return anOutcomeEvent({ notificationId, status: 'failed', atMs: INCIDENT_DAY_MS + number * MINUTE, ...given })
}

describeStores('readings', ({ db }) => {
  const context: ApplyContext = {
    source: 'email-outcomes',
    atMs: INCIDENT_DAY_MS,
    settings: settingsSchema.parse({ flow: [{ queue: 'profile-created', label: 'New profiles' }] }),
    secret: 'a secret of thirty-two characters',
  }
  const apply = (readings: readonly Reading[], given: Partial<ApplyContext> = {}) =>
    db().transaction((tx) => applyReadings(tx, readings, { ...context, ...given }))
  const titles = async (): Promise<string[]> => (await listOpenFindings(db().orm)).map(({ title }) => title)

  describe('of errors in Sentry', () => {
    const HOUR = 60 * MINUTE
    const series = seriesOf.sentryErrors('tis-sync', 'prod')
    const watched: Partial<ApplyContext> = {
      settings: settingsSchema.parse({
        sources: { sentry: { environment: 'prod' } },
        flow: [{ queue: 'profile-created', service: 'sync', sentryProject: 'tis-sync' }],
      }),
    }
    const counts = (fromMs: number, stepMs: number, values: readonly number[], isBackfill: boolean): Reading => ({
      kind: 'samples',
      samples: values.map((value, index) => ({ series, atMs: fromMs + index * stepMs, value })),
      isBackfill,
    })
    const week = counts(
      INCIDENT_DAY_MS - 50 * HOUR,
      HOUR,
      Array.from({ length: 49 }, () => 1),
      true,
    )

    beforeEach(() => dropSingleton(SERVICE_HISTORY_SLOT))

    test('far above those of a usual hour are a finding of the service from their first minute on', async () => {
      await apply([week], watched)
      await apply([counts(INCIDENT_DAY_MS, MINUTE, [0, 0, 9, 9, 0, 9], false)], watched)
      expect(await listOpenFindings(db().orm)).toMatchObject([
        {
          subject: { kind: 'service', id: 'sync' },
          title: 'sync: 27 errors in the last hour, usually 1',
          sinceMs: INCIDENT_DAY_MS + 2 * MINUTE,
        },
      ])
      await apply([counts(INCIDENT_DAY_MS + 70 * MINUTE, MINUTE, [0, 1], false)], watched)
      expect(await titles()).toEqual([])
    })

    test('are nothing while nobody knows what is usual, and those of a project outside of the flow concern nobody', async () => {
      await apply([counts(INCIDENT_DAY_MS, MINUTE, [40, 40], false)], watched)
      await apply([week, counts(INCIDENT_DAY_MS, MINUTE, [40, 40], false)], { ...watched, settings: context.settings })
      expect(await titles()).toEqual([])
    })
  })

  describe('of a flow', () => {
    const flows: readonly QueueFlow[] = [aFlow(0), aFlow(1), aFlow(2)]

    test('say with the label of the stage that nothing is processed', async () => {
      const { topics } = await apply([{ kind: 'flows', flows, isBackfill: false }])
      expect(await titles()).toEqual(['New profiles: 6 sent, 0 processed'])
      expect(topics).toEqual(expect.arrayContaining(['findings', 'queues', 'queue:profile-created']))
    })

    test('are remembered across transactions, and history alone says nothing', async () => {
      await apply([{ kind: 'flows', flows, isBackfill: true }])
      expect(await titles()).toEqual([])
      await apply([{ kind: 'flows', flows: [aFlow(3, { sent: 0 })], isBackfill: false }])
      expect(await titles()).toEqual(['New profiles: 6 sent, 0 processed'])
      await apply([{ kind: 'flows', flows: [aFlow(4, { deleted: 6 })], isBackfill: false }])
      expect(await titles()).toEqual([])
    })

    test('of a queue that no longer exists are forgotten with its findings', async () => {
      await apply([inventory(-1, ['profile-created']), { kind: 'flows', flows, isBackfill: false }])
      const queues = [aQueue({ name: 'another' })]
      await apply([{ kind: 'queues', atMs: INCIDENT_DAY_MS, queues, isComplete: false }])
      expect(await titles()).toHaveLength(1)
      await apply([{ kind: 'queues', atMs: INCIDENT_DAY_MS + MINUTE, queues, isComplete: true }])
      expect(await titles()).toEqual([])
      await apply([{ kind: 'flows', flows: [aFlow(9, { sent: 1 })], isBackfill: false }])
      expect(await titles()).toEqual([])
    })
  })

  test('a queue of the flow that the inventory leaves out keeps what was found of it', async () => {
    await apply([{ kind: 'flows', flows: [aFlow(0), aFlow(1), aFlow(2)], isBackfill: false }])
    expect(await titles()).toHaveLength(1)
    const { topics } = await apply([inventory(3, ['another'])])
    expect(await titles()).toHaveLength(1)
    expect(topics).not.toContain('findings')
  })

  test('a queue that is made anew under an old name is not charged with what the old one left', async () => {
    await apply([inventory(0, ['profile-created']), flow(1, { sent: 4, received: 4 })])
    await apply([inventory(2, ['another'])])
    await apply([inventory(3, ['profile-created', 'another']), flow(4, { sent: 1, received: 12 })])
    expect(await titles()).toEqual([])
  })

  describe('of e-mails', () => {
    const failures = [1, 2, 3, 4, 5, 6].map((number) => aFailure(number))

    test('count new events and redeliveries apart, and say a spike', async () => {
      const applied = await apply([{ kind: 'outcomes', events: failures, isBackfill: false }])
      expect(applied.outcomes.map(({ isDuplicate }) => isDuplicate)).toEqual(failures.map(() => false))
      expect(await titles()).toEqual([
        'The last 6 onboarding e-mails all failed (what is usual is not known yet): no e-mail address',
      ])
      const again = await apply([{ kind: 'outcomes', events: failures, isBackfill: false }])
      expect(again.outcomes.map(({ isDuplicate }) => isDuplicate)).toEqual(failures.map(() => true))
      expect(again.topics).toEqual([])
    })

    test('a spike of one office is said of that office, and e-mails of others that go well do not hide it', async () => {
      const good = Array.from({ length: 300 }, (_, index) =>
        anOutcomeEvent({
          notificationId: `good ${index}`,
          status: 'delivered',
          atMs: INCIDENT_DAY_MS - (300 - index) * 30 * MINUTE,
          facts: { localOffice: 'Wessex' },
        }),
      )
      await apply([{ kind: 'outcomes', events: good, isBackfill: true }])
      const mixed = [1, 2, 3, 4, 5].flatMap((number) => [
        aFailure(number * 20, { facts: { localOffice: 'Thames Valley' } }),
        ...[1, 2, 3].map((other) =>
          anOutcomeEvent({
            notificationId: `other ${number} ${other}`,
            status: 'delivered',
            atMs: INCIDENT_DAY_MS + (number * 20 + other) * MINUTE,
            facts: { localOffice: 'Wessex' },
          }),
        ),
      ])
      await apply([{ kind: 'outcomes', events: mixed, isBackfill: false }])
      expect(await titles()).toEqual([
        expect.stringMatching(/^The last \d onboarding e-mails of Thames Valley all failed .*: no e-mail address$/),
      ])
    })

    test('one failure told sixty times is one failure', async () => {
      const storm = Array.from({ length: 60 }, () => aFailure(1))
      await apply([{ kind: 'outcomes', events: storm, isBackfill: false }])
      await apply([{ kind: 'outcomes', events: storm, isBackfill: false }])
      expect(await titles()).toEqual([])
    })

    test('test users and in-app messages make no spike', async () => {
      const events = [1, 2, 3, 4, 5, 6].map((number) =>
        aFailure(number, { facts: number % 2 === 0 ? { isTest: true, personRef: '-1' } : { isEmail: false } }),
      )
      await apply([{ kind: 'outcomes', events, isBackfill: false }])
      expect(await titles()).toEqual([])
    })

    test('a failure whose type is told only later counts when it is told', async () => {
      const early = [1, 2, 3, 4, 5, 6].map((number) => aFailure(number, { facts: null, eventKey: `ses ${number}` }))
      await apply([{ kind: 'outcomes', events: early, isBackfill: false }])
      expect(await titles()).toEqual([])
      await apply([{ kind: 'outcomes', events: failures, isBackfill: false }])
      expect(await titles()).toHaveLength(1)
    })

    test('two writers at once lose nothing of what the detector learns', async () => {
      const halves = [failures.slice(0, 3), failures.slice(3)]
      await Promise.all(halves.map((events) => apply([{ kind: 'outcomes', events, isBackfill: false }])))
      expect(await titles()).toHaveLength(1)
    })
  })

  test('profiles and marks say what is new only', async () => {
    const readings: readonly Reading[] = [
      { kind: 'profiles', profiles: [aProfile()], isBackfill: false },
      { kind: 'marks', marks: [aMark()], isBackfill: false },
    ]
    expect(await apply(readings)).toMatchObject({ newProfiles: 1, topics: ['emails', 'marks'] })
    expect(await apply(readings)).toMatchObject({ newProfiles: 0, topics: [] })
  })

  test('a message that was not understood goes into quarantine, and nowhere without a secret', async () => {
    const unreadable: Reading = {
      kind: 'unreadable',
      messages: [{ messageId: 'm1', body: '{}', reason: 'id: is missing' }],
    }
    const events = [aFailure(1)]
    await expect(
      apply([{ kind: 'outcomes', events, isBackfill: false }, unreadable], { secret: undefined }),
    ).rejects.toMatchObject({ code: 'not_configured', message: expect.stringContaining('SPILLWAY_SECRET') })
    expect(await countQuarantined(db().orm)).toBe(0)
    expect((await apply([{ kind: 'outcomes', events, isBackfill: false }, unreadable])).outcomes).toHaveLength(1)
    expect(await countQuarantined(db().orm)).toBe(1)
  })
})
