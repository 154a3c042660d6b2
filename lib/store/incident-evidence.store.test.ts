import { expect, it } from 'vitest'
import { sql } from 'drizzle-orm'
import { anOutcomeEvent, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { countProcessed } from './count-processed.ts'
import { listKnownWithoutAddress } from './known-without-address.ts'
import { applyOutcomeEvents } from './outcomes.ts'
import { addOwnTraffic } from './own-traffic.ts'
import { resync, resyncItem } from './resync-schema.ts'
import { insertSamples } from './samples.ts'
import { insertSourceAddresses } from './source-addresses.ts'

const MINUTE_MS = 60_000
const at = (minute: number): number => INCIDENT_DAY_MS + minute * MINUTE_MS

describeStores('evidence of the end', ({ db }) => {
  it('counts what readers processed and never what Spillway deleted itself', async () => {
    const count = () => countProcessed(db().orm, { queue: 'q', fromMs: at(0), toMs: at(10) })
    expect(await count()).toBeNull()
    const deleted = (minute: number, value: number) => ({ series: 'cloudwatch/q/deleted', atMs: at(minute), value })
    await insertSamples(db().orm, [deleted(-1, 100), deleted(0, 4), deleted(3, 5), deleted(10, 100)], {
      isBackfill: false,
    })
    expect(await count()).toBe(9)
    await addOwnTraffic(db().orm, 'q', { deleted: 5 }, at(3))
    await addOwnTraffic(db().orm, 'another', { deleted: 4 }, at(3))
    expect(await count()).toBe(4)
    await addOwnTraffic(db().orm, 'q', { deleted: 9 }, at(-1))
    expect(await count()).toBe(0)
  })

  it('knows who has no address: asked again after the mending, and failed for it again', async () => {
    await db()
      .orm.insert(resync)
      .values({
        incident: 1,
        queue: 'request.fifo',
        queueUrl: 'http://127.0.0.1/request.fifo',
        isFifo: true,
        bodyTemplate: '{ref}',
        perSecond: 1,
        state: 'done',
        startedBy: 'Omar',
        started: new Date(at(10)),
        updated: new Date(at(20)),
      })
    const item = (ref: string, minute: number | null) => ({
      resync: 1,
      ref,
      state: minute === null ? 'waiting' : 'sent',
      sent: minute === null ? null : new Date(at(minute)),
    })
    await db()
      .orm.insert(resyncItem)
      .values([item('again', 12), item('early', 3), item('delivered', 12), item('silent', 12), item('unsent', null)])
    const outcome = (ref: string, minute: number, status: 'failed' | 'delivered') =>
      anOutcomeEvent({ notificationId: ref, status, atMs: at(minute), facts: { personRef: ref } })
    await applyOutcomeEvents(
      db().orm,
      [
        outcome('again', 13, 'failed'),
        outcome('early', 13, 'failed'),
        outcome('delivered', 13, 'delivered'),
        outcome('silent', 1, 'failed'),
        outcome('unsent', 13, 'failed'),
        outcome('not asked', 13, 'failed'),
      ],
      { isBackfill: false },
    )
    const refs = ['again', 'early', 'delivered', 'silent', 'unsent', 'not asked']
    const known = (incident: number, among = refs) =>
      listKnownWithoutAddress(db().orm, { incident, refs: among, fixedMs: at(10) })
    expect(await known(1)).toEqual(['again'])
    expect(await known(2)).toEqual([])
    expect(await known(1, ['early'])).toEqual([])
    await db().orm.execute(sql`update outcome set reason = 'bounce_permanent' where id = 'again'`)
    expect(await known(1)).toEqual([])
  })

  it('knows who has no address by what the source said last, from the mending on', async () => {
    const known = () =>
      listKnownWithoutAddress(db().orm, { incident: 1, refs: ['none', 'some', 'early'], fixedMs: at(10) })
    const none = { ref: 'none', hasAddress: false, atMs: at(12) }
    const told = [
      none,
      { ref: 'some', hasAddress: true, atMs: at(12) },
      { ref: 'early', hasAddress: false, atMs: at(9) },
    ]
    expect(await insertSourceAddresses(db().orm, told)).toBe(3)
    expect(await insertSourceAddresses(db().orm, told)).toBe(0)
    expect(await known()).toEqual(['none'])
    await insertSourceAddresses(db().orm, [{ ...none, hasAddress: true, atMs: at(11) }])
    expect(await known(), 'what comes late is not the latest').toEqual(['none'])
    await insertSourceAddresses(db().orm, [none, { ...none, hasAddress: true, atMs: at(13) }])
    expect(await known()).toEqual([])
  })
})
