import { expect, it } from 'vitest'
import { getRedrive } from '#lib/store/redrives.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { pauseRedrive } from './pause-redrive.ts'
import { resumeRedrive } from './resume-redrive.ts'
import { runAction } from './run-action.ts'
import { startRedrive } from './start-redrive.ts'
import { startResync } from './start-resync.ts'
import { stopRedrive } from './stop-redrive.ts'
import { olga, omar, rita } from './fixtures/people.ts'
import { useDeadLetters } from './fixtures/use-dead-letters.ts'

const act = (action: typeof stopRedrive | typeof pauseRedrive, who = olga) =>
  runAction(action.definition, who, { id: 1 })
const start = (who = olga, given: Record<string, unknown> = {}) =>
  runAction(startRedrive.definition, who, { id: 1, ...given })

describeStores('a planned redrive', ({ db }) => {
  const { plan, audits } = useDeadLetters(db)

  it('two people who start at once: one wins and the other sees who', async () => {
    await plan()
    const results = await Promise.all([start(), start(omar)])
    const [won, lost] = results.toSorted((a, b) => Number(b.ok) - Number(a.ok))
    expect(won).toMatchObject({ ok: true, data: { name: 'R-1', state: 'canary' } })
    const { startedBy } = await getRedrive(db().orm, 1)
    expect(lost).toMatchObject({
      error: {
        code: 'conflict',
        message: `R-1 cannot do that now: it is trying one message, started by ${startedBy}.`,
      },
    })
    expect((await audits()).filter((line) => line.includes('start-redrive')).toSorted()).toHaveLength(2)
  })

  it('is paused, resumed and stopped by people, each in the audit', async () => {
    await plan()
    await start()
    expect(await act(pauseRedrive, omar)).toMatchObject({ data: { state: 'paused' } })
    expect(await act(resumeRedrive)).toMatchObject({ data: { state: 'canary' } })
    expect(await act(stopRedrive, omar)).toMatchObject({ data: { state: 'stopped' } })
    expect(await act(resumeRedrive)).toMatchObject({ ok: false, error: { code: 'conflict' } })
    expect(await getRedrive(db().orm, 1)).toMatchObject({ reason: 'Stopped by Omar Reid.', endedBy: 'Omar Reid' })
    expect(await audits()).toHaveLength(6)
  })

  it.each([pauseRedrive, resumeRedrive, stopRedrive])('is refused to a responder', async (action) => {
    await plan()
    expect(await start(rita)).toMatchObject({ ok: false, error: { code: 'forbidden' } })
    expect(await act(action, rita)).toMatchObject({ ok: false, error: { code: 'forbidden' } })
  })

  it('a re-sync of an incident that is not there is refused', async () => {
    expect(await runAction(startResync.definition, olga, { incident: 1 })).toMatchObject({
      error: { code: 'not_found' },
    })
  })
})
