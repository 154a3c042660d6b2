import { expect, test } from 'vitest'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { aQueue } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { makeRedriveContext, startRun } from './fixtures/redrive-runs.ts'
import { LedgerPen } from './ledger-pen.ts'
import type { RedriveContext } from './redrive-context.ts'

describeStores('the pen of the ledger', ({ db }) => {
  const start = (): Promise<Redrive> =>
    startRun(db(), { source: aQueue({ name: 'orders' }), dlq: aQueue({ name: 'orders-dlq' }) })

  test('writes what is handed in the very moment in which the one before it is told', async () => {
    const pen = penOf(await start(), makeRedriveContext(db()))
    for (let turn = 0; turn < 5; turn += 1) await pen.sending([])
    await pen.flush()
  })

  test('forgets nothing that is handed in while a transaction fails: each is told what became of it', async () => {
    let commits = 0
    const { promise: struck, resolve: strike } = Promise.withResolvers<void>()
    const context: RedriveContext = {
      ...makeRedriveContext(db()),
      commit: async () => {
        commits += 1
        const turn = commits
        if (turn === 1) await struck
        throw new Error(`the store failed at turn ${turn}`)
      },
    }
    const pen = penOf(await start(), context)
    const first = pen.sending(['a'])
    await expect.poll(() => commits).toBe(1)
    const second = pen.sending(['b'])
    strike()
    const ended = await Promise.allSettled([first, second])
    expect(ended.map((each) => (each.status === 'rejected' ? String(each.reason) : 'written'))).toEqual([
      'Error: the store failed at turn 1',
      'Error: the store failed at turn 2',
    ])
  })
})

function penOf(run: Redrive, context: RedriveContext): LedgerPen {
  return new LedgerPen(run, context, { isCanary: false, most: null, soFar: { taken: 0, moved: 0, cameBack: 0 } })
}
