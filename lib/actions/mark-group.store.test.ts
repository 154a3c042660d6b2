import { expect, it } from 'vitest'
import { countShapes } from '#lib/domain/message-shape.ts'
import type { Role } from '#lib/domain/role.ts'
import type { Person } from '#lib/domain/viewer.ts'
import { listAudit } from '#lib/store/audit.ts'
import { findNewestSample, insertLook, listHealthyLooks } from '#lib/store/looks.ts'
import { listGroupChanges, listHeldGroups, readGroupMarks } from '#lib/store/message-groups.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { fingerprintOf } from '#lib/store/shape-fingerprint.ts'
import { asProcessStore } from '#lib/testing/as-process-store.ts'
import { aQueue } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { keepGoodSample } from './keep-good-sample.ts'
import { markGroup } from './mark-group.ts'
import { runAction } from './run-action.ts'

const QUEUE = 'profile-created-dlq'
const person = (name: string, role: Role): Person => ({ kind: 'person', sessionId: name, sub: name, name, role })
const rita = person('Rita Sand', 'responder')
const olga = person('Olga Berg', 'operator')
const [seen] = countShapes([{ attributes: [], body: '{"traineeTisId":"900042"}' }])
const fingerprint = seen === undefined ? '' : fingerprintOf(seen.shape)
const MARK = { queue: QUEUE, fingerprint, note: null, owner: null, isHeld: false, ticketUrl: null }

const mark = (given: Partial<Record<keyof typeof MARK, unknown>>, who = rita) =>
  runAction(markGroup.definition, who, { ...MARK, ...given })

const keep = (attributes: string, who = olga) =>
  runAction(keepGoodSample.definition, who, { queue: 'profile-created', attributes, body: '{"traineeTisId":"9001"}' })

describeStores('what people add to groups', ({ db }) => {
  async function lookAt(): Promise<void> {
    asProcessStore(db())
    await upsertQueues(db().orm, [aQueue({ name: QUEUE }), aQueue()], 1, true)
    const look = { queue: QUEUE, atMs: 1, kind: 'look', by: 'Rita', isHealthy: false, read: 1, about: 1 } as const
    await insertLook(
      db().orm,
      { ...look, inFlight: 0, firstSentMs: 1, lastSentMs: 1 },
      seen === undefined ? [] : [seen],
    )
  }
  it('is kept by fingerprint with who changed what, and what is empty is taken away', async () => {
    await lookAt()
    const ticketUrl = 'https://tickets.example.org/TIS21-6763'
    expect(await mark({ note: ' poison ', owner: 'Omar', isHeld: true, ticketUrl })).toMatchObject({
      data: { changes: 4 },
    })
    expect(await mark({ note: 'poison', owner: '', isHeld: true, ticketUrl }, olga)).toMatchObject({
      data: { changes: 1 },
    })
    expect((await readGroupMarks(db().orm, QUEUE)).get(fingerprint)).toMatchObject({
      note: 'poison',
      owner: null,
      isHeld: true,
      ticketUrl,
      updatedBy: 'Olga Berg',
    })
    expect([...(await listHeldGroups(db().orm, QUEUE))]).toEqual([fingerprint])
    const changes = await listGroupChanges(db().orm, QUEUE, 10)
    expect(changes.map(({ by, field, value }) => [by, field, value])).toEqual([
      ['Olga Berg', 'owner', null],
      ['Rita Sand', 'ticket', ticketUrl],
      ['Rita Sand', 'hold', 'held'],
      ['Rita Sand', 'owner', 'Omar'],
      ['Rita Sand', 'note', 'poison'],
    ])
    await mark({})
    expect([...(await listHeldGroups(db().orm, QUEUE))]).toEqual([])
    const audits = await listAudit(db().orm)
    expect(audits.map(({ action, result }) => `${action} ${result}`)).toEqual(Array(3).fill('mark-group done'))
    expect(JSON.stringify(audits)).not.toMatch(/poison|Omar/)
  })

  it.each([
    [{ ticketUrl: 'TIS21-6763' }, 'ticketUrl: is not an http(s) address'],
    [{ ticketUrl: 'javascript:alert(1)' }, 'ticketUrl: is not an http(s) address'],
    [{ ticketUrl: 'https://somebody:word@example.org/' }, 'ticketUrl: is not an http(s) address'],
    [{ note: 'x'.repeat(2_001) }, 'note: is longer than 2000 characters'],
    [{ fingerprint: 'G-1' }, 'fingerprint: is not the fingerprint of a group'],
    [{ fingerprint: '0'.repeat(32) }, 'fingerprint: no look into profile-created-dlq saw the group G-00000000.'],
  ])('refuses %o and names the field', async (given, message) => {
    await lookAt()
    expect(await mark(given)).toMatchObject({ ok: false, error: { message } })
    expect((await readGroupMarks(db().orm, QUEUE)).size).toBe(0)
  })

  it('refuses a viewer', async () => {
    await lookAt()
    expect(await mark({ isHeld: true }, person('Vera', 'viewer'))).toMatchObject({ error: { code: 'forbidden' } })
  })

  it('keeps of a good sample what it looks like and nothing that it says, and names a line that it cannot read', async () => {
    await lookAt()
    expect(await keep('contentType String application/json\n\nperson String Alex Trainee')).toMatchObject({ ok: true })
    const kept = await findNewestSample(db().orm, 'profile-created')
    expect(kept).toMatchObject({ by: 'Olga Berg', read: 1, shapes: [{ shape: { bodyKeys: ['traineeTisId:string'] } }] })
    expect(kept?.shapes[0]?.shape.attributes.map(({ name, value }) => [name, value])).toEqual([
      ['contentType', 'application/json'],
      ['person', null],
    ])
    expect(JSON.stringify([kept, await listAudit(db().orm)])).not.toMatch(/Alex|9001/)
    const healthy = { queue: 'profile-created', fromMs: 0, beforeMs: Date.now() + 1000, limit: 10 }
    expect(await listHealthyLooks(db().orm, healthy), 'a sample is no tap').toEqual([])
    expect(await keep('contentType application/json')).toMatchObject({
      error: { message: 'attributes: line 1 is not a name, a type (String, Number or Binary) and a value' },
    })
    expect(await keep('', rita)).toMatchObject({ error: { code: 'forbidden' } })
  })
})
