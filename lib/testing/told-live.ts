import { asc, ne } from 'drizzle-orm'
import type { Finding, Subject } from '#lib/domain/finding.ts'
import { subjectKey } from '#lib/domain/finding.ts'
import type { Db } from '#lib/store/db.ts'
import { listFindings } from '#lib/store/findings.ts'
import { detectorState } from '#lib/store/schema.ts'

/** A finding with its times. */
interface Found extends Finding {
  readonly openedMs: number
  readonly updatedMs: number
  readonly closedMs: number | null
}

interface Known {
  readonly detector: string
  readonly subject: Subject
  readonly state: unknown
}

/** What was found and what detectors know as one text, so that two of them can be compared byte for byte. */
export function toldText(findings: readonly Found[], states: readonly Known[]): string {
  const found = findings.map(
    ({ detector, subject, severity, title, sinceMs, evidence, openedMs, updatedMs, closedMs }) =>
      sortedJson({ openedMs, detector, subject, severity, title, sinceMs, evidence, updatedMs, closedMs }),
  )
  const known = states.map(({ detector, subject, state }) => `${detector} ${subjectKey(subject)} ${sortedJson(state)}`)
  return [...found.toSorted(), ...known.toSorted()].join('\n')
}

/** The same of what the live run stored; what the detector `except` knows is left out. */
export async function readTold(db: Db, except: string): Promise<string> {
  const findings = await listFindings(db.orm, { fromMs: 0, toMs: Date.UTC(2100, 0) })
  const rows = await db.orm
    .select()
    .from(detectorState)
    .where(ne(detectorState.detector, except))
    .orderBy(asc(detectorState.detector))
  const states = rows.map(({ detector, subjectKind, subjectId, state }) => ({
    detector,
    subject: { kind: subjectKind as Subject['kind'], id: subjectId },
    state,
  }))
  return toldText(findings, states)
}

/** jsonb gives keys back in an order of its own. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
