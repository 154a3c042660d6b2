import { expect, it } from 'vitest'
import type { Finding } from '#lib/domain/finding.ts'
import { aFinding, INCIDENT_DAY_MS } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import {
  applyFinding,
  listFindings,
  listOpenFindings,
  loadDetectorStates,
  saveDetectorStates,
  type FindingChange,
} from './findings.ts'

const MINUTE_MS = 60_000

describeStores('findings', ({ db }) => {
  const apply = (held: Finding | null, minute: number): Promise<FindingChange> => {
    const { detector, subject } = aFinding()
    return applyFinding(db().orm, held, detector, subject, INCIDENT_DAY_MS + minute * MINUTE_MS)
  }

  it('open, change and close by what the detector holds', async () => {
    expect(await apply(null, 0)).toBe('none')
    expect(await apply(aFinding(), 1)).toBe('opened')
    expect(await apply(aFinding(), 2)).toBe('none')
    expect(await apply(aFinding({ evidence: { visible: 4 } }), 3)).toBe('updated')
    expect(await listOpenFindings(db().orm)).toStrictEqual([
      {
        ...aFinding({ evidence: { visible: 4 } }),
        id: 1,
        openedMs: INCIDENT_DAY_MS + MINUTE_MS,
        updatedMs: INCIDENT_DAY_MS + 3 * MINUTE_MS,
        closedMs: null,
      },
    ])
    expect(await apply(null, 4)).toBe('closed')
    expect(await apply(null, 5)).toBe('none')
    expect(await listOpenFindings(db().orm)).toStrictEqual([])
    expect(await apply(aFinding(), 6)).toBe('opened')
  })

  it('keep the earliest beginning that they were given', async () => {
    await apply(aFinding({ sinceMs: INCIDENT_DAY_MS - MINUTE_MS }), 1)
    expect(await apply(aFinding({ sinceMs: INCIDENT_DAY_MS }), 2)).toBe('none')
    expect(await apply(aFinding({ sinceMs: INCIDENT_DAY_MS - 9 * MINUTE_MS }), 3)).toBe('updated')
    const [open] = await listOpenFindings(db().orm)
    expect(open?.sinceMs).toBe(INCIDENT_DAY_MS - 9 * MINUTE_MS)
  })

  it('are listed for a range in which they held, and by subject', async () => {
    await apply(aFinding(), 1)
    await apply(null, 2)
    const held = { fromMs: INCIDENT_DAY_MS, toMs: INCIDENT_DAY_MS + MINUTE_MS }
    expect(await listFindings(db().orm, held)).toHaveLength(1)
    expect(await listFindings(db().orm, { ...held, subject: { kind: 'queue', id: 'another' } })).toHaveLength(0)
    const later = { fromMs: INCIDENT_DAY_MS + 2 * MINUTE_MS, toMs: INCIDENT_DAY_MS + 9 * MINUTE_MS }
    expect(await listFindings(db().orm, later)).toHaveLength(0)
  })

  it('come with the states of their detectors, whatever JSON those are', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) => ({ kind: 'queue' as const, id }))
    if (a === undefined || b === undefined || c === undefined) throw new Error('three subjects')
    await saveDetectorStates(db().orm, 'flow-parity', [
      { subject: a, state: { seen: [1, 2], name: 'a\0b' } },
      { subject: b, state: null },
    ])
    await saveDetectorStates(db().orm, 'flow-parity', [{ subject: a, state: { seen: [] } }])
    expect(await loadDetectorStates(db().orm, 'flow-parity', [a, b, c])).toStrictEqual(
      new Map<string, unknown>([
        ['queue:a', { seen: [] }],
        ['queue:b', null],
      ]),
    )
    expect(await loadDetectorStates(db().orm, 'another', [a])).toStrictEqual(new Map())
  })
})
