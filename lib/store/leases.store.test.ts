import { expect, it } from 'vitest'
import { describeStores } from '#lib/testing/test-stores.ts'
import { acquireLease, assertLease, listHeldLeases, releaseLease, renewLease, type Lease } from './leases.ts'
import type { Db } from './db.ts'

const wanted = (holder: string, ttlSeconds = 10) => ({ name: 'poll:sqs', holder, ttlSeconds })

async function taken(db: Db, holder: string, ttlSeconds?: number): Promise<Lease> {
  const lease = await acquireLease(db, wanted(holder, ttlSeconds))
  if (lease === null) throw new Error(`${holder} did not get the lease`)
  return lease
}

describeStores('leases', ({ db }) => {
  it('are held by one', async () => {
    expect(await taken(db(), 'a')).toStrictEqual({ name: 'poll:sqs', holder: 'a', token: 1 })
    expect(await acquireLease(db(), wanted('b'))).toBeNull()
    expect(await taken(db(), 'a')).toMatchObject({ token: 1 })
  })

  it('go to exactly one of many who ask at once', async () => {
    const holders = Array.from({ length: 12 }, (_, index) => `p${index}`)
    const got = await Promise.all(holders.map((holder) => acquireLease(db(), wanted(holder))))
    expect(got.filter((lease) => lease !== null)).toHaveLength(1)
  })

  it('pass to another once they ran out, with a higher token, and the first one learns it', async () => {
    const first = await taken(db(), 'a', 0)
    const second = await taken(db(), 'b')
    expect(second.token).toBe(first.token + 1)
    expect(await renewLease(db(), first, 10)).toBe(false)
    await expect(db().transaction((tx) => assertLease(tx, first))).rejects.toMatchObject({ code: 'conflict' })
    await expect(db().transaction((tx) => assertLease(tx, second))).resolves.toBeUndefined()
  })

  it('are listed while somebody holds them, and no longer once given back or run out', async () => {
    const held = await taken(db(), 'a')
    await acquireLease(db(), { name: 'poll:sentry', holder: 'a', ttlSeconds: 0 })
    await acquireLease(db(), { name: 'told', holder: 'a', ttlSeconds: 10 })
    expect(await listHeldLeases(db().orm, 'poll:')).toStrictEqual(new Set(['poll:sqs']))
    await releaseLease(db(), held)
    expect(await listHeldLeases(db().orm, 'poll:')).toStrictEqual(new Set())
  })

  it('are prolonged by their holder, also late while nobody else took them', async () => {
    const lease = await taken(db(), 'a', 0)
    expect(await renewLease(db(), lease, 10)).toBe(true)
    expect(await acquireLease(db(), wanted('b'))).toBeNull()
  })

  it('are free at once when given back, and count as lost by then', async () => {
    const lease = await taken(db(), 'a')
    await releaseLease(db(), lease)
    await expect(db().transaction((tx) => assertLease(tx, lease))).rejects.toMatchObject({ code: 'conflict' })
    expect(await taken(db(), 'b')).toMatchObject({ holder: 'b', token: lease.token + 1 })
    await releaseLease(db(), lease)
    expect(await acquireLease(db(), wanted('c'))).toBeNull()
  })

  it('are not taken over while a transaction writes under them', async () => {
    const lease = await taken(db(), 'a', 0)
    const order: string[] = []
    let rival: Promise<unknown> = Promise.resolve()
    const asserted = Promise.withResolvers<void>()
    const outside = asserted.promise.then(() => {
      rival = acquireLease(db(), wanted('b')).then(() => order.push('taken'))
    })
    await db().transaction(async (tx) => {
      await assertLease(tx, lease)
      asserted.resolve()
      await outside
      for (let round = 0; round < 20; round += 1) await assertLease(tx, lease)
      order.push('written')
    })
    await rival
    expect(order).toStrictEqual(['written', 'taken'])
  })
})
