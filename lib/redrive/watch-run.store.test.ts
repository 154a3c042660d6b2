import { expect, test } from 'vitest'
import { minuteOf } from '#lib/domain/own-traffic.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { proveRedrive } from '#lib/store/prove-redrive.ts'
import { countLedger } from '#lib/store/read-ledger.ts'
import { getRedrive, moveRedrive, updateRedrive, type NewRedrive } from '#lib/store/redrives.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { makeRedriveContext, startRun, stepUntil } from './fixtures/redrive-runs.ts'
import { useQueues } from './fixtures/use-queues.ts'
import { resumeRedrive } from './resume.ts'
import { newStepMemory } from './step-memory.ts'
import { stepRedrive } from './step.ts'
import { watchRun } from './watch-run.ts'

const MINUTE_MS = 60_000
const SERVICE = 'tis-trainee-sync'

describeStores('a redrive that is watched', ({ db }) => {
  const { queues, bodies, deadLetters } = useQueues(db)

  /** Its first message is known to be consumed. */
  async function running(given: Partial<NewRedrive> = {}): Promise<Redrive> {
    const { id } = await startRun(db(), queues(), given)
    await stepUntil(db(), id, ['waiting'])
    return db().transaction((tx) => moveRedrive(tx, id, 'canary-consumed', { canaryFate: 'consumed' }, Date.now()))
  }

  async function tell(series: string, atMs: number, value: number): Promise<void> {
    await insertSamples(db().orm, [{ series, atMs: minuteOf(atMs), value }], { isBackfill: false })
  }

  async function tellConsumed(count: number, atMs: number): Promise<void> {
    await tell(seriesOf.flow(queues().source.name, 'sent'), atMs, count)
    await tell(seriesOf.flow(queues().source.name, 'deleted'), atMs, count)
  }

  const contextAt = (atMs: number) => ({
    ...makeRedriveContext(db(), {
      settings: { flow: [{ queue: queues().source.name, service: SERVICE, sentryProject: 'sync' }] },
    }),
    nowMs: () => atMs,
  })

  const resume = (id: number, knowing: string | null, nowMs = Date.now()) =>
    db().transaction((tx) => resumeRedrive(tx, id, { by: 'Olga', nowMs, knowing }))

  test('begins slowly and goes faster by evidence alone, told in its story', async () => {
    await deadLetters(6)
    const { id } = await running({ rampFrom: 100, perSecond: 300 })
    const at = async (atMs: number) => watchRun(await getRedrive(db().orm, id), contextAt(atMs), newStepMemory())
    const startMs = Date.now()
    expect(await at(startMs)).toEqual({ perSecond: 100, stop: null })
    await stepRedrive(id, contextAt(startMs), newStepMemory())
    expect(await at(startMs + 60 * MINUTE_MS), 'an hour without evidence').toEqual({ perSecond: 100, stop: null })
    await queues().consume(queues().source)
    await tellConsumed(6, startMs)
    // Deletes of the minute of the first send count only where nobody had deleted before.
    await updateRedrive(db().orm, id, { quietSinceMs: startMs - MINUTE_MS }, startMs)
    expect(await at(startMs + 29_000), 'within its window').toMatchObject({ perSecond: 100 })
    expect(await at(startMs + 31_000)).toMatchObject({ perSecond: 200 })
    expect((await getRedrive(db().orm, id)).story.map(({ text }) => text)).toEqual([
      'Goes on with 100 messages a second, of 300 messages a second asked.',
      'Goes on with 200 messages a second: 5 of 5 messages sent at 100 messages a second are known to be consumed.',
    ])
  })

  test('stops by itself when messages come back, says whether with the same cause, and goes on for one who knows why', async () => {
    await deadLetters(12)
    const { id } = await running({ transform: [], canaryMessages: 6 })
    await queues().killAll(12)
    const stopped = await stepUntil(db(), id, ['stopped'])
    expect(stopped.endedBy).toBe('spillway')
    expect(stopped.reason).toMatch(
      /^\d of \d+ messages came back with the same cause: the consumer still cannot process them\.$/,
    )
    expect(stopped.story.map(({ text }) => text)).toEqual([`Stopped by itself: ${stopped.reason ?? ''}`])
    const { causes, cameBack } = await proveRedrive(db().orm, stopped, { isNowhere: false, nowMs: Date.now() })
    expect(causes).toEqual({ same: cameBack, other: 0 })

    await expect(resume(id, null)).rejects.toThrow('R-1 stopped by itself: ')
    await expect(resume(id, 'It was nothing.')).rejects.toThrow('Say that you know this')
    await resume(id, stopped.reason)
    const ended = await stepUntil(db(), id, ['verifying', 'stopped'])
    expect(ended.state, 'what was known does not stop it again').toBe('verifying')
    expect(ended.story.at(-1)).toMatchObject({ by: 'Olga', text: expect.stringContaining('Let go on by Olga') })
    expect((await countLedger(db().orm, id)).cameBack).toBeGreaterThanOrEqual(cameBack)
  })

  test('what comes back changed is of another cause', async () => {
    await deadLetters(4)
    const { id } = await startRun(db(), queues(), { canaryMessages: 2 })
    await stepUntil(db(), id, ['waiting'])
    await queues().killAll(4)
    const stopped = await stepUntil(db(), id, ['stopped'])
    const { cameBack, causes } = await proveRedrive(db().orm, stopped, { isNowhere: false, nowMs: Date.now() })
    expect({ cameBack, causes }).toEqual({ cameBack: 2, causes: { same: 0, other: 2 } })
    await expect(resume(id, stopped.reason), 'after its first messages').rejects.toThrow('is not paused; it is stopped')
  })

  test('stops by itself when the consumer’s service reports more errors than before, and takes those for usual afterwards', async () => {
    await deadLetters(3)
    const { id, startedMs } = await running()
    const errors = seriesOf.sentryErrors('sync', contextAt(0).settings.sources.sentry.environment)
    const beganMs = startedMs ?? 0
    for (let minute = 1; minute <= 60; minute += 1) await tell(errors, beganMs - minute * MINUTE_MS, 0)
    await tell(errors, beganMs, 500)
    const laterMs = beganMs + 3 * MINUTE_MS
    expect(await watchRun(await getRedrive(db().orm, id), contextAt(laterMs), newStepMemory())).toEqual({
      perSecond: 200,
      stop: null,
    })
    await tell(errors, beganMs + MINUTE_MS, 12)
    await tell(errors, beganMs + 2 * MINUTE_MS, 30)
    expect(await stepRedrive(id, contextAt(laterMs), newStepMemory())).toMatchObject({ isOver: true })
    const stopped = await getRedrive(db().orm, id)
    expect(stopped).toMatchObject({
      state: 'stopped',
      reason: `${SERVICE} reported 42 errors to Sentry in 2 minutes of it; before, 0 in 60 minutes.`,
    })
    expect(bodies(queues().dlq.name), 'nothing more was moved').toHaveLength(2)
    await resume(id, stopped.reason, laterMs)
    await tell(errors, laterMs + MINUTE_MS, 20)
    const memory = newStepMemory()
    const run = await getRedrive(db().orm, id)
    expect((await watchRun(run, contextAt(laterMs + 2 * MINUTE_MS), memory)).stop, 'as many as before').toBeNull()
    await stepRedrive(id, contextAt(laterMs + 2 * MINUTE_MS), memory)
    expect(bodies(queues().dlq.name)).toHaveLength(0)
  })
})
