import { expect, it } from 'vitest'
import type { IncidentFigures } from '#lib/domain/incident-figures.ts'
import { findSnapshot } from '#lib/store/incident-snapshots.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { acknowledge } from './acknowledge.ts'
import { addNote } from './add-note.ts'
import { resolve } from './resolve.ts'
import { at, contextAt, find, leak, useIncidents } from './fixtures/incident-events.ts'

describeStores('people on an incident', ({ db }) => {
  const { happen, tick, only, story, messages, note } = useIncidents(db)

  it('who acknowledge at once: one wins and the other hears who', async () => {
    await happen(3, find(leak(), 3))
    const attempts = await Promise.allSettled(
      ['Omar Reid', 'Vera Lindqvist'].map((by) =>
        db().transaction((tx) => acknowledge(tx, { number: 1, by }, contextAt(5))),
      ),
    )
    const winner = (await only()).acknowledgedBy
    const refused = attempts.find((each) => each.status === 'rejected')
    expect(attempts.filter((each) => each.status === 'fulfilled')).toHaveLength(1)
    expect(refused?.reason).toMatchObject({
      code: 'conflict',
      message: `INC-1 was acknowledged by ${winner} at 10:35.`,
    })
    expect((await story()).filter((line) => line.startsWith('acknowledged'))).toEqual([
      `acknowledged: ${winner} takes care of it`,
    ])
  })

  it('add notes, also afterwards, each with its own reply', async () => {
    await happen(3, find(leak(), 3))
    await note('Asked the sync team', 5)
    await note('They roll back', 5)
    const replies = (await messages()).filter((row) => row.kind === 'thread')
    expect(replies.map(({ payload }) => payload)).toMatchObject([
      { text: 'Asked the sync team', actor: 'Omar Reid' },
      { text: 'They roll back' },
    ])
  })

  it('resolve it with a reason, whatever is seen; the finding that goes on does not open it again', async () => {
    await happen(3, find(leak(), 3))
    await db().transaction((tx) => resolve(tx, { number: 1, by: 'Omar Reid', reason: 'a test' }, contextAt(5)))
    await tick(6)
    expect(await only()).toMatchObject({ state: 'resolved', resolvedBy: 'Omar Reid', resolvedMs: at(5) })
    const again = db().transaction((tx) => resolve(tx, { number: 1, by: 'Vera', reason: 'x' }, contextAt(7)))
    await expect(again).rejects.toMatchObject({
      code: 'conflict',
      message: 'INC-1 was resolved by Omar Reid at 10:35.',
    })
  })

  it('hear that there is no such incident', async () => {
    const missing = db().transaction((tx) => acknowledge(tx, { number: 9, by: 'Omar' }, contextAt(5)))
    await expect(missing).rejects.toMatchObject({ code: 'not_found', message: 'There is no incident INC-9.' })
  })

  it('a moment that two verbs share gives each of them figures of its own', async () => {
    await happen(3, find(leak(), 3))
    await db().transaction((tx) => addNote(tx, { number: 1, by: 'Omar', text: 'one' }, contextAt(3)))
    const first: IncidentFigures | undefined = (await findSnapshot(db().orm, 1, at(3)))?.figures
    const second = (await findSnapshot(db().orm, 1, at(3) + 1))?.figures
    expect([first?.atMs, second?.atMs]).toEqual([at(3), at(3) + 1])
  })
})
