import 'server-only'
import { and, asc, desc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm'
import { SUBJECT_KINDS, subjectKey, type Evidence, type Finding, type Subject } from '#lib/domain/finding.ts'
import type { Tx } from './db.ts'
import { jsonRows, jsonTexts } from './json-rows.ts'
import { momentOf, momentText, msOf } from './moments.ts'
import { detectorState, finding } from './schema.ts'

/** A finding as it is kept: with its number, and when it was opened, last confirmed or changed, and closed. */
export interface StoredFinding extends Finding {
  readonly id: number
  readonly openedMs: number
  readonly updatedMs: number
  /** Null while it holds. */
  readonly closedMs: number | null
}

/** The stored states of a detector by `subjectKey`; subjects without one are absent. */
export async function loadDetectorStates(
  tx: Tx,
  detector: string,
  subjects: readonly Subject[],
): Promise<Map<string, unknown>> {
  if (subjects.length === 0) return new Map()
  const { rows } = await tx.execute<{ kind: string; id: string; state: unknown }>(sql`
    select d.subject_kind as kind, d.subject_id as id, d.state
    from detector_state d join ${jsonRows(
      's',
      [
        ['kind', 'text'],
        ['id', 'text'],
      ],
      subjects.map(({ kind, id }) => ({ kind, id })),
    )} on d.subject_kind = s.kind and d.subject_id = s.id
    where d.detector = ${detector}`)
  return new Map(rows.map(({ kind, id, state }) => [`${kind}:${id}`, state]))
}

/** Every subject that a detector has a state of, with it: for ticks, which go to all. */
export async function listDetectorStates(
  tx: Tx,
  detector: string,
): Promise<{ readonly subject: Subject; readonly state: unknown }[]> {
  const rows = await tx
    .select()
    .from(detectorState)
    .where(eq(detectorState.detector, detector))
    .orderBy(asc(detectorState.subjectKind), asc(detectorState.subjectId))
  return rows.map((row) => ({ subject: subjectOf(row), state: row.state }))
}

/** Stores a detector's states, plain JSON each. */
export async function saveDetectorStates(
  tx: Tx,
  detector: string,
  states: readonly { readonly subject: Subject; readonly state: unknown }[],
): Promise<void> {
  if (states.length === 0) return
  const unique = new Map(states.map((each) => [subjectKey(each.subject), each]))
  const rows = [...unique]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { subject, state }]) => ({ kind: subject.kind, id: subject.id, state }))
  await tx.execute(sql`
    insert into detector_state (detector, subject_kind, subject_id, state)
    select ${detector}::text, kind, id, coalesce(state, 'null'::jsonb)
    from ${jsonRows(
      'r',
      [
        ['kind', 'text'],
        ['id', 'text'],
        ['state', 'jsonb'],
      ],
      rows,
    )}
    on conflict (detector, subject_kind, subject_id) do update set state = excluded.state`)
}

/** Forgets what every detector knows of these queues. */
export async function dropQueueStates(tx: Tx, queues: readonly string[]): Promise<void> {
  await tx.execute(
    sql`delete from detector_state where subject_kind = 'queue' and subject_id = any(${jsonTexts(queues)})`,
  )
}

/** What `applyFinding` did. */
export type FindingChange = 'opened' | 'updated' | 'closed' | 'none'

/**
 * Makes what a detector holds of a subject the stored truth: opens, updates or (null) closes its finding. 'none' when nothing changed.
 * An open finding keeps the earliest `sinceMs` that it was ever given.
 */
export async function applyFinding(
  tx: Tx,
  held: Finding | null,
  // The detector and subject are given apart, since a closing has no finding to take them from.
  ...[detector, subject, atMs]: readonly [detector: string, subject: Subject, atMs: number]
): Promise<FindingChange> {
  const isIt = and(
    eq(finding.detector, detector),
    eq(finding.subjectKind, subject.kind),
    eq(finding.subjectId, subject.id),
    isNull(finding.closed),
  )
  const at = momentOf(atMs)
  if (held === null) {
    const closed = await tx.update(finding).set({ closed: at }).where(isIt).returning({ id: finding.id })
    return closed.length > 0 ? 'closed' : 'none'
  }
  const { severity, title, evidence } = held
  const row = { severity, title, evidence, since: momentOf(held.sinceMs), updated: at }
  const opened = await tx
    .insert(finding)
    .values({ detector, subjectKind: subject.kind, subjectId: subject.id, opened: at, ...row })
    .onConflictDoNothing()
    .returning({ id: finding.id })
  if (opened.length > 0) return 'opened'
  const isOther = sql`(severity, title, evidence) is distinct from (${severity}, ${title}, ${JSON.stringify(evidence)}::jsonb)`
  const updated = await tx
    .update(finding)
    .set({ ...row, since: sql`least(${finding.since}, ${momentText(held.sinceMs)}::timestamptz)` })
    .where(and(isIt, or(isOther, gt(finding.since, row.since))))
    .returning({ id: finding.id })
  return updated.length > 0 ? 'updated' : 'none'
}

/** Findings that hold now: bad ones first, then the longest. */
export async function listOpenFindings(tx: Tx): Promise<StoredFinding[]> {
  const rows = await tx
    .select()
    .from(finding)
    .where(isNull(finding.closed))
    .orderBy(asc(finding.severity), asc(finding.since), asc(finding.id))
  return rows.map(findingOf)
}

/** Findings that held at some time of the range, newest first. */
export async function listFindings(
  tx: Tx,
  query: { readonly fromMs: number; readonly toMs: number; readonly subject?: Subject },
): Promise<StoredFinding[]> {
  const { subject } = query
  const rows = await tx
    .select()
    .from(finding)
    .where(
      and(
        lt(finding.since, momentOf(query.toMs)),
        or(isNull(finding.closed), gt(finding.closed, momentOf(query.fromMs))),
        subject === undefined ? undefined : eq(finding.subjectKind, subject.kind),
        subject === undefined ? undefined : eq(finding.subjectId, subject.id),
      ),
    )
    .orderBy(desc(finding.opened), desc(finding.id))
  return rows.map(findingOf)
}

/** The finding that a stored row holds. */
export function findingOf(row: typeof finding.$inferSelect): StoredFinding {
  return {
    id: row.id,
    detector: row.detector,
    subject: subjectOf(row),
    severity: row.severity === 'bad' ? 'bad' : 'unknown',
    title: row.title,
    sinceMs: msOf(row.since),
    evidence: evidenceOf(row.evidence),
    openedMs: msOf(row.opened),
    updatedMs: msOf(row.updated),
    closedMs: msOf(row.closed),
  }
}

function subjectOf(row: { readonly subjectKind: string; readonly subjectId: string }): Subject {
  const kind = SUBJECT_KINDS.find((each) => each === row.subjectKind) ?? 'source'
  return { kind, id: row.subjectId }
}

/** Evidence was written as flat JSON; anything else in it is left out. */
function evidenceOf(value: unknown): Evidence {
  const evidence: Record<string, string | number | boolean | null> = {}
  if (value === null || typeof value !== 'object') return evidence
  for (const [key, each] of Object.entries(value))
    if (each === null || typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean')
      evidence[key] = each
  return evidence
}
