import { beforeEach, describe, expect, it } from 'vitest'
import { settingsSchema } from '#lib/config/settings.ts'
import { dropSingleton } from '#lib/config/singleton.ts'
import type { Role } from '#lib/domain/role.ts'
import type { Person } from '#lib/domain/viewer.ts'
import { openIncidents } from '#lib/incidents/open-incidents.ts'
import { listAudit } from '#lib/store/audit.ts'
import { applyFinding } from '#lib/store/findings.ts'
import { listEntries } from '#lib/store/incident-entries.ts'
import { getIncident } from '#lib/store/incidents.ts'
import { asProcessEnv, asProcessStore } from '#lib/testing/as-process-store.ts'
import { aFinding } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { acknowledgeIncident } from './acknowledge-incident.ts'
import { addIncidentNote } from './add-incident-note.ts'
import { resolveIncident } from './resolve-incident.ts'
import { runAction } from './run-action.ts'

function person(sub: string, name: string, role: Role = 'responder'): Person {
  return { kind: 'person', sessionId: `session of ${sub}`, sub, name, role }
}

const omar = person('omar', 'Omar Reid')
const vera = person('vera', 'Vera Lindqvist')

const resolve = (reason: string, who = omar) => runAction(resolveIncident.definition, who, { number: 1, reason })

describeStores('actions on incidents', ({ db }) => {
  beforeEach(async () => {
    asProcessEnv({})
    dropSingleton('settings')
    asProcessStore(db())
    const found = aFinding()
    await db().transaction(async (tx) => {
      await applyFinding(tx, found, found.detector, found.subject, Date.now())
      await openIncidents(tx, { settings: settingsSchema.parse({}), nowMs: Date.now() })
    })
  })

  const audits = async () =>
    (await listAudit(db().orm))
      .filter(({ actor }) => actor !== 'spillway')
      .map(({ actor, action, result, detail }) => ({ actor, action, result, detail }))
  const lines = async () => (await listEntries(db().orm, 1)).map(({ kind, actor, text }) => ({ kind, actor, text }))

  describe('acknowledging', () => {
    it('is kept with who did it, in the incident, its story and the audit', async () => {
      const result = await runAction(acknowledgeIncident.definition, omar, { number: 1 })
      expect(result).toEqual({ ok: true, data: { incident: 'INC-1', acknowledgedBy: 'Omar Reid' } })
      expect(await getIncident(db().orm, 1)).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'Omar Reid' })
      expect(await lines()).toContainEqual({
        kind: 'acknowledged',
        actor: 'Omar Reid',
        text: 'Omar Reid takes care of it',
      })
      expect(await audits()).toEqual([
        { actor: 'person:omar', action: 'acknowledge-incident', result: 'done', detail: { incident: 'INC-1' } },
      ])
    })

    it('by two at once lets one win, tells the other who, and audits both', async () => {
      const results = await Promise.all(
        [omar, vera].map((who) => runAction(acknowledgeIncident.definition, who, { number: 1 })),
      )
      const winner = (await getIncident(db().orm, 1)).acknowledgedBy
      expect(results.filter(({ ok }) => ok)).toHaveLength(1)
      const refused = results.find(({ ok }) => !ok)
      expect(refused).toMatchObject({ error: { code: 'conflict' } })
      expect(JSON.stringify(refused)).toContain(`INC-1 was acknowledged by ${winner} at `)
      expect((await audits()).map(({ result }) => result).toSorted()).toEqual(['done', 'refused'])
    })
  })

  it('a note stands in the story, and the audit keeps its length alone', async () => {
    const note = { number: 1, text: '  Called Dr Smith about it ' }
    expect(await runAction(addIncidentNote.definition, vera, note)).toMatchObject({ ok: true })
    expect(await lines()).toContainEqual({ kind: 'note', actor: 'Vera Lindqvist', text: 'Called Dr Smith about it' })
    expect(await audits()).toMatchObject([{ detail: { incident: 'INC-1', characters: 24 } }])
  })

  it('resolving takes a reason and can be done once', async () => {
    expect(await resolve('  ')).toMatchObject({
      error: { code: 'invalid_input', message: 'reason: is empty; say why it is over' },
    })
    expect(await resolve('It was a test of ours')).toMatchObject({ ok: true })
    expect(await resolve('me too', vera)).toMatchObject({ error: { code: 'conflict' } })
    expect(await getIncident(db().orm, 1)).toMatchObject({ state: 'resolved', resolvedBy: 'Omar Reid' })
    expect((await lines()).at(-1)?.text).toBe('Omar Reid resolved it: It was a test of ours')
  })

  it('a viewer changes nothing, and the refusal is audited', async () => {
    const viewer = person('uma', 'Uma', 'viewer')
    const before = await getIncident(db().orm, 1)
    for (const result of [
      await runAction(acknowledgeIncident.definition, viewer, { number: 1 }),
      await runAction(addIncidentNote.definition, viewer, { number: 1, text: 'x' }),
      await runAction(resolveIncident.definition, viewer, { number: 1, reason: 'x' }),
    ])
      expect(result).toMatchObject({ error: { code: 'forbidden' } })
    expect(await getIncident(db().orm, 1)).toEqual(before)
    expect((await audits()).map(({ result }) => result)).toEqual(['refused', 'refused', 'refused'])
  })

  it('an incident that does not exist is said to be missing', async () => {
    expect(await runAction(acknowledgeIncident.definition, omar, { number: 77 })).toEqual({
      ok: false,
      error: { code: 'not_found', message: 'There is no incident INC-77.' },
    })
  })
})
