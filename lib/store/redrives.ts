import 'server-only'
import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import { AppError } from '#lib/domain/errors.ts'
import { SPILLWAY } from '#lib/domain/incident.ts'
import {
  ACTIVE_STATES,
  nextRedriveState,
  redriveStateWords,
  redriveName,
  WORKED_STATES,
  type RedriveState,
  type RedriveVerb,
} from '#lib/domain/redrive.ts'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import type { MissedMessages } from '#lib/domain/redrive-missed.ts'
import type { RunProof } from '#lib/domain/redrive-fate.ts'
import type { RunGuard } from '#lib/domain/redrive-guard.ts'
import type { RunPace } from '#lib/domain/redrive-pace.ts'
import type { StoryLine } from '#lib/domain/redrive-story.ts'
import type { MoveTask } from '#lib/domain/move-task.ts'
import type { Tx } from './db.ts'
import { jsonText } from './json-rows.ts'
import { momentOf } from './moments.ts'
import { redriveOf, type Redrive } from './redrive-row.ts'
import { redrive } from './redrive-schema.ts'
import { codeOf } from './store-errors.ts'

/** PostgreSQL's code. */
const UNIQUE_VIOLATION = '23505'

export type NewRedrive = Pick<
  Redrive,
  | 'mode'
  | 'sourceQueue'
  | 'sourceUrl'
  | 'destinationQueue'
  | 'destinationUrl'
  | 'incident'
  | 'destinationKind'
  | 'way'
  | 'selection'
  | 'transform'
  | 'canaryMessages'
  | 'acceptsInterleaving'
  | 'purpose'
  | 'mostMessages'
  | 'perSecond'
  | 'holdSeconds'
  | 'samples'
  | 'preflight'
  | 'aboutMessages'
  | 'readMessages'
  | 'matchedMessages'
  | 'plannedBy'
  | 'plannedActor'
  | 'plannedMs'
> &
  Partial<Pick<Redrive, 'rampFrom'>>

/** Stores a plan; nothing moves. */
export async function insertPlan(tx: Tx, plan: NewRedrive): Promise<Redrive> {
  const { plannedMs, selection, transform, samples, preflight, ...row } = plan
  const at = momentOf(plannedMs)
  const [stored] = await tx
    .insert(redrive)
    .values({
      ...row,
      selection: sql`${jsonText(selection)}::jsonb`,
      transform: sql`${jsonText(transform)}::jsonb`,
      sample: sql`${jsonText(samples)}::jsonb`,
      preflight: preflight === null ? null : sql`${jsonText(preflight)}::jsonb`,
      state: 'planned',
      planned: at,
      updated: at,
    })
    .returning()
  if (stored === undefined) throw new AppError('internal', 'The plan was not stored.')
  return redriveOf(stored)
}

/** Throws `not_found`. */
export async function getRedrive(tx: Tx, id: number): Promise<Redrive> {
  const [row] = await tx.select().from(redrive).where(eq(redrive.id, id))
  if (row === undefined) throw new AppError('not_found', `There is no redrive ${redriveName(id)}.`)
  return redriveOf(row)
}

/** The row, locked until the transaction ends, so that nobody changes its state meanwhile. */
export async function lockRedrive(tx: Tx, id: number): Promise<Redrive> {
  const [row] = await tx.select().from(redrive).where(eq(redrive.id, id)).for('update')
  if (row === undefined) throw new AppError('not_found', `There is no redrive ${redriveName(id)}.`)
  return redriveOf(row)
}

/** What moving has to know before each transaction, in one statement. */
export interface MovingState {
  /** False once a person paused or stopped it, or it ended. */
  readonly isWorked: boolean
  /** Fingerprints of the groups of its source that somebody holds. */
  readonly heldGroups: ReadonlySet<string>
}

/** Locks the redrive, so that a pause waits for the transaction, and tells what moving has to know. Throws `not_found`. */
export async function lockMoving(tx: Tx, id: number): Promise<MovingState> {
  const [row] = await tx
    .select({
      state: redrive.state,
      held: sql<
        string[]
      >`array(select fingerprint from message_group where queue = ${redrive.sourceQueue} and is_held)`,
    })
    .from(redrive)
    .where(eq(redrive.id, id))
    .for('update')
  if (row === undefined) throw new AppError('not_found', `There is no redrive ${redriveName(id)}.`)
  return { isWorked: WORKED_STATES.some((each) => each === row.state), heldGroups: new Set(row.held) }
}

/** Redrives that a process has to work on, oldest first. */
export async function listWorkedRedrives(tx: Tx): Promise<Redrive[]> {
  const rows = await tx
    .select()
    .from(redrive)
    .where(inArray(redrive.state, [...WORKED_STATES]))
    .orderBy(redrive.id)
  return rows.map(redriveOf)
}

/** The one that has the queue to itself now; null when none does. */
export async function findActiveRedrive(tx: Tx, sourceQueue: string): Promise<Redrive | null> {
  const [row] = await tx
    .select()
    .from(redrive)
    .where(and(eq(redrive.sourceQueue, sourceQueue), inArray(redrive.state, [...ACTIVE_STATES])))
  return row === undefined ? null : redriveOf(row)
}

/** Newest first; with `queue` those that take from it or give to it, with `incident` those that heal it, with `before` those of smaller numbers. */
export async function listRedrives(
  tx: Tx,
  query: {
    readonly queue?: string
    readonly incident?: number
    readonly before?: number
    readonly limit?: number
  } = {},
): Promise<Redrive[]> {
  const { queue, incident, before, limit = 50 } = query
  const rows = await tx
    .select()
    .from(redrive)
    .where(
      and(
        queue === undefined ? undefined : sql`${queue} in (${redrive.sourceQueue}, ${redrive.destinationQueue})`,
        incident === undefined ? undefined : eq(redrive.incident, incident),
        before === undefined ? undefined : lt(redrive.id, before),
      ),
    )
    .orderBy(desc(redrive.id))
    .limit(limit)
  return rows.map(redriveOf)
}

export type RedriveChange = Partial<
  Pick<
    typeof redrive.$inferInsert,
    | 'reason'
    | 'trouble'
    | 'backlog'
    | 'canaryFate'
    | 'canaryEvidence'
    | 'approvedBy'
    | 'approvedActor'
    | 'acceptsInterleaving'
  >
> & {
  readonly task?: MoveTask
  readonly proof?: RunProof
  readonly missed?: MissedMessages
  /** Null for none: it begins anew. */
  readonly pace?: RunPace | null
  readonly guard?: RunGuard
  /** The whole story: what it was and the new line. */
  readonly story?: readonly StoryLine[]
  readonly approvedMs?: number
  readonly startedBy?: string
  readonly startedMs?: number
  readonly movedMs?: number
  readonly settledMs?: number
  readonly endedMs?: number | null
  readonly endedBy?: string | null
  readonly quietSinceMs?: number | null
}

/** Changes facts of a redrive, not its state. */
export async function updateRedrive(tx: Tx, id: number, change: RedriveChange, atMs: number): Promise<void> {
  await tx.update(redrive).set(columnsOf(change, atMs)).where(eq(redrive.id, id))
}

/** Takes a redrive to where the verb leads. Throws `conflict` when it cannot be done in its state, or another has the queue. */
export async function moveRedrive(
  tx: Tx,
  id: number,
  verb: RedriveVerb,
  // The facts that go with the change of state, and when it happened.
  ...[change, atMs]: readonly [change: RedriveChange, atMs: number]
): Promise<Redrive> {
  const now = await lockRedrive(tx, id)
  const state = nextRedriveState(now.state, verb)
  if (state === null)
    throw new AppError(
      'conflict',
      `${redriveName(id)} cannot do that now: it is ${redriveStateWords(now)}${byWhom(now)}.`,
    )
  return setState(tx, now, state, columnsOf(change, atMs))
}

/** Takes a redrive on that is paused, or that stopped by itself. Throws `conflict` when it is neither, or another has the queue. */
export async function resumeRedriveAt(
  tx: Tx,
  id: number,
  state: RedriveState,
  // When, and the facts that go with it.
  ...[atMs, change = {}]: readonly [atMs: number, change?: RedriveChange]
): Promise<Redrive> {
  const now = await lockRedrive(tx, id)
  if (now.state !== 'paused' && !hasStoppedItself(now))
    throw new AppError('conflict', `${redriveName(id)} is not paused; it is ${redriveStateWords(now)}${byWhom(now)}.`)
  const facts = { ...change, reason: null, trouble: null, endedMs: null, endedBy: null }
  return setState(tx, now, state, columnsOf(facts, atMs))
}

/** True when it stopped by itself in the midst of a run, so that a person may let it go on. After its first messages it cannot. */
export function hasStoppedItself({
  state,
  endedBy,
  canaryFate,
  way,
}: Pick<Redrive, 'state' | 'endedBy' | 'canaryFate' | 'way'>): boolean {
  return state === 'stopped' && endedBy === SPILLWAY && canaryFate === 'consumed' && way === 'ledger'
}

async function setState(
  tx: Tx,
  now: Redrive,
  state: RedriveState,
  columns: PgUpdateSetSource<typeof redrive>,
): Promise<Redrive> {
  try {
    // A savepoint, so that what holds the queue can still be read when it is another's.
    const [row] = await tx.transaction((inner) =>
      inner
        .update(redrive)
        .set({ ...columns, state })
        .where(eq(redrive.id, now.id))
        .returning(),
    )
    if (row === undefined) throw new AppError('internal', 'The redrive was not changed.')
    return redriveOf(row)
  } catch (error) {
    if (codeOf(error) !== UNIQUE_VIOLATION) throw error
    const other = await findActiveRedrive(tx, now.sourceQueue)
    throw new AppError(
      'conflict',
      other === null
        ? `Another redrive of ${now.sourceQueue} was started at the same moment. Look at it first.`
        : `${redriveName(other.id)} has the queue ${now.sourceQueue}: it is ${redriveStateWords(other)}${byWhom(other)}.`,
      { cause: error },
    )
  }
}

function byWhom({ startedBy, endedBy }: Redrive): string {
  if (endedBy !== null) return `, by ${endedBy}`
  return startedBy === null ? '' : `, started by ${startedBy}`
}

function columnsOf(change: RedriveChange, atMs: number): PgUpdateSetSource<typeof redrive> {
  const { task, proof, missed, pace, guard, story, ...others } = change
  const { approvedMs, startedMs, movedMs, settledMs, endedMs, quietSinceMs, ...rest } = others
  return {
    ...rest,
    ...(task === undefined ? {} : { task: sql`${jsonText(task)}::jsonb` }),
    ...(proof === undefined ? {} : { proof: sql`${jsonText(proof)}::jsonb` }),
    ...(missed === undefined ? {} : { missed: sql`${jsonText(missed)}::jsonb` }),
    ...(pace === undefined ? {} : { pace: pace === null ? null : sql`${jsonText(pace)}::jsonb` }),
    ...(guard === undefined ? {} : { guard: sql`${jsonText(guard)}::jsonb` }),
    ...(story === undefined ? {} : { story: sql`${jsonText(story)}::jsonb` }),
    ...(approvedMs === undefined ? {} : { approved: momentOf(approvedMs) }),
    ...(startedMs === undefined ? {} : { started: momentOf(startedMs) }),
    ...(movedMs === undefined ? {} : { moved: momentOf(movedMs) }),
    ...(settledMs === undefined ? {} : { settled: momentOf(settledMs) }),
    ...(endedMs === undefined ? {} : { ended: momentOf(endedMs) }),
    ...(quietSinceMs === undefined ? {} : { quietSince: momentOf(quietSinceMs) }),
    updated: momentOf(atMs),
  }
}
