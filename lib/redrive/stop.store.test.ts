import { expect, test } from 'vitest'
import { countLedger } from '#lib/store/read-ledger.ts'
import { moveRedrive } from '#lib/store/redrives.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { makeRedriveContext, startRun, stepUntil } from './fixtures/redrive-runs.ts'
import { useQueues } from './fixtures/use-queues.ts'
import { newStepMemory } from './step-memory.ts'
import { stepRedrive } from './step.ts'
import { stopRedrive } from './stop.ts'

describeStores('a redrive that a person stops', ({ db }) => {
  const { queues, bodies, deadLetters } = useQueues(db)

  test('in the midst of its run leaves every message either in the dead-letter queue or in its source', async () => {
    const sent = await deadLetters(40)
    const { id } = await startRun(db(), queues(), { perSecond: 20 })
    await stepUntil(db(), id, ['waiting'])
    await db().transaction((tx) => moveRedrive(tx, id, 'canary-consumed', { canaryFate: 'consumed' }, Date.now()))
    const step = stepRedrive(id, makeRedriveContext(db()), newStepMemory())
    await expect.poll(() => bodies(queues().source.name).length).toBeGreaterThan(5)
    await db().transaction((tx) => stopRedrive(tx, id, { by: 'Olga', nowMs: Date.now() }))
    await step
    const [source, dlq] = [bodies(queues().source.name), bodies(queues().dlq.name)]
    expect([...source, ...dlq].toSorted(), 'each once').toEqual(sent.toSorted())
    expect(dlq.length, 'it was stopped in its midst').toBeGreaterThan(0)
    expect(await countLedger(db().orm, id)).toMatchObject({ deleted: source.length, possibleDuplicates: 0 })
  })
})
