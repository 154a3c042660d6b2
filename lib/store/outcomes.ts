import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import type { OpenReason, OutcomeEvent, OutcomeReason, OutcomeStatus } from '#lib/domain/outcome.ts'
import { standingOf, type Standing } from '#lib/domain/outcome-standing.ts'
import { foldOutcome, type OutcomeState } from '#lib/domain/outcome-state.ts'
import type { Tx } from './db.ts'
import { arrayRows } from './array-rows.ts'
import { jsonTexts } from './json-rows.ts'
import { atMoment, epochMs } from './moments.ts'
import { isHourWithin, moveRollups } from './outcome-rollup.ts'
import { EVENT_COLUMNS, eventRowOf } from './outcome-event-row.ts'
import { OUTCOME_COLUMNS, outcomeOfRow, reasonOf, rowOfOutcome, statusOf, type OutcomeJsonRow } from './outcome-row.ts'
import { ensureMonthsOf } from './partitions.ts'
import { outcome } from './outcome-schema.ts'

export { countPeopleWithout, listPeopleWithout } from './people-without.ts'

const HOUR_MS = 3_600_000

/** What one event did. */
export interface AppliedOutcome {
  readonly event: OutcomeEvent
  /** The same event was stored before, or came earlier in the same batch. */
  readonly isDuplicate: boolean
  /** What was true of the notification before this event; null for a new one. */
  readonly before: Standing | null
  readonly after: Standing
  /** False when the event told nothing new: a redelivery, or older than what is known in every part. */
  readonly changed: boolean
}

/**
 * Takes in events: each notification's state, the list of what happened and the counts by hour, all in the caller's transaction.
 * Order and repetition make no difference to the result. Returns one entry an event, in the order given.
 * A handful of statements for a thousand events; rows are locked in sorted order, so that two writers cannot block each other.
 */
export async function applyOutcomeEvents(
  tx: Tx,
  events: readonly OutcomeEvent[],
  options: { readonly isBackfill: boolean },
): Promise<AppliedOutcome[]> {
  if (events.length === 0) return []
  await ensureMonthsOf(tx, 'outcome_event', momentsOf(events))
  const stored = await openOutcomes(tx, events)
  const current = new Map(stored.known)
  const steps = events.map((event) => {
    const before = current.get(event.notificationId) ?? null
    const after = foldOutcome(before, event)
    current.set(event.notificationId, after)
    return { event, before, after }
  })
  const moves = [...current].map(([id, after]) => ({ id, before: stored.known.get(id) ?? null, after }))
  const changed = moves.filter(({ before, after }) => before !== after)
  await updateOutcomes(
    tx,
    changed.filter(({ id }) => !stored.inserted.has(id)),
    stored.observed,
  )
  await moveRollups(tx, changed)
  const fresh = await insertEvents(tx, events, options.isBackfill)
  return steps.map(({ event, before, after }) => ({
    event,
    isDuplicate: !fresh.delete(identityOf(event)),
    before: before === null ? null : standingOf(before),
    after: standingOf(after),
    changed: before !== after,
  }))
}

/** Notifications by bucket of the hour (UTC) of their last change, for charts: e-mails only, no test users, none deleted. */
export async function listRollups(
  tx: Tx,
  query: {
    /** The hour that this moment lies in is included; with finer buckets the moment itself. */
    readonly fromMs: number
    readonly toMs: number
    /** Whole hours come from the roll-ups; anything finer from the notifications themselves, so ask it for a short time only. */
    readonly bucketSeconds: number
    readonly isOnboarding?: boolean
  },
): Promise<
  { readonly atMs: number; readonly status: OutcomeStatus; readonly reason: OutcomeReason; readonly count: number }[]
> {
  const isWhole = query.bucketSeconds % 3600 === 0
  const bucket = sql`date_bin(make_interval(secs => ${query.bucketSeconds}::float8), at, 'epoch'::timestamptz)`
  const counted = isWhole
    ? sql`select hour as at, status, reason, is_onboarding, count from outcome_rollup
        where ${isHourWithin({ fromMs: Math.floor(query.fromMs / HOUR_MS) * HOUR_MS, toMs: query.toMs })}`
    : sql`select order_at as at, status, reason, is_onboarding, 1 as count from outcome
        where order_at >= ${atMoment(query.fromMs)} and order_at < ${atMoment(query.toMs)}
          and ${IS_COUNTED} and status <> 'deleted'`
  const { rows } = await tx.execute<{ atMs: number; status: string; reason: string; count: number }>(sql`
    select ${epochMs(sql`bucket`)} as "atMs", status, reason, count from (
      select ${bucket} as bucket, status, reason, sum(count)::float8 as count from (${counted}) as counted
      where true ${onboardingOnly(query.isOnboarding)}
      group by 1, 2, 3
    ) as folded where count <> 0 order by 1, 2, 3`)
  return rows.map((row) => ({ ...row, status: statusOf(row.status), reason: reasonOf(row.reason) }))
}

/** E-mails that are failed now, by reason, and those that are overdue; most first. */
export async function countOpenFailuresByReason(
  tx: Tx,
  query: {
    readonly isOnboarding?: boolean
    /** Still scheduled though planned for before this moment: overdue. Without it none is. */
    readonly overdueBeforeMs?: number
  } = {},
): Promise<{ readonly reason: OpenReason; readonly count: number }[]> {
  const { overdueBeforeMs } = query
  const overdue =
    overdueBeforeMs === undefined ? sql`` : sql`or (status = 'scheduled' and sent_at < ${atMoment(overdueBeforeMs)})`
  const { rows } = await tx.execute<{ reason: string; count: number }>(sql`
    select case when status = 'scheduled' then 'overdue' else reason end as reason, count(*) as count from outcome
    where (status = 'failed' ${overdue}) and ${IS_COUNTED} ${onboardingOnly(query.isOnboarding)}
    group by 1 order by 2 desc, 1`)
  return rows.map(({ reason, count }) => ({ reason: reason === 'overdue' ? reason : reasonOf(reason), count }))
}

/** E-mails whose last change lies in the range, by what they are now. */
export interface OutcomeCounts {
  readonly scheduled: number
  readonly accepted: number
  readonly delivered: number
  readonly failed: number
  /** Of the accepted and delivered ones: those that had failed before. */
  readonly recovered: number
}

export async function countOutcomes(
  tx: Tx,
  query: { readonly fromMs: number; readonly toMs: number; readonly isOnboarding?: boolean },
): Promise<OutcomeCounts> {
  const { rows } = await tx.execute<{ [K in keyof OutcomeCounts]: number }>(sql`
    select count(*) filter (where status = 'scheduled') as scheduled,
      count(*) filter (where status = 'accepted') as accepted,
      count(*) filter (where status = 'delivered') as delivered,
      count(*) filter (where status = 'failed') as failed,
      count(*) filter (where status in ('accepted', 'delivered') and first_failed_at is not null) as recovered
    from outcome
    where order_at >= ${atMoment(query.fromMs)} and order_at < ${atMoment(query.toMs)}
      and ${IS_COUNTED} ${onboardingOnly(query.isOnboarding)}`)
  return rows[0] ?? { scheduled: 0, accepted: 0, delivered: 0, failed: 0, recovered: 0 }
}

/** The same rule as `isCounted` of the domain, for statuses other than deleted. */
const IS_COUNTED = sql`is_email is not false and is_test is not true`

function onboardingOnly(isOnboarding: boolean | undefined): SQL {
  return isOnboarding === undefined ? sql`` : sql`and coalesce(is_onboarding, false) = ${isOnboarding}::boolean`
}

interface OpenedOutcomes {
  /** States that were stored before, locked until the transaction ends. */
  readonly known: ReadonlyMap<string, OutcomeState>
  /** New ids, stored with the state that all their events of this batch make. */
  readonly inserted: ReadonlySet<string>
  /** Newest moment of intake by id. */
  readonly observed: ReadonlyMap<string, number>
}

/** Inserts the notifications that are new and locks those that are not: all new ones first, both in sorted order, so that a writer who waits holds nothing others need. */
async function openOutcomes(tx: Tx, events: readonly OutcomeEvent[]): Promise<OpenedOutcomes> {
  const alone = new Map<string, OutcomeState>()
  const observed = new Map<string, number>()
  for (const event of events) {
    const id = event.notificationId
    alone.set(id, foldOutcome(alone.get(id) ?? null, event))
    observed.set(id, Math.max(event.observedAtMs, observed.get(id) ?? 0))
  }
  const ids = [...alone.keys()].toSorted()
  const inserted = new Set<string>()
  for (const part of partsOf(ids)) {
    const rows = part.flatMap((id) => {
      const state = alone.get(id)
      return state === undefined ? [] : [rowOfOutcome(id, state, observed.get(id) ?? 0)]
    })
    for (const id of await insertOutcomes(tx, rows)) inserted.add(id)
  }
  const rest = ids.filter((id) => !inserted.has(id))
  if (rest.length === 0) return { known: new Map(), inserted, observed }
  const locked = await tx
    .select()
    .from(outcome)
    .where(sql`${outcome.id} = any(${jsonTexts(rest)})`)
    .orderBy(outcome.id)
    .for('update')
  return { known: new Map(locked.map((row) => [row.id, outcomeOfRow(row)])), inserted, observed }
}

const COLUMN_LIST = sql.raw(OUTCOME_COLUMNS.map(([name]) => name).join(', '))
const ASSIGNMENTS = sql.raw(
  OUTCOME_COLUMNS.filter(([name]) => name !== 'id')
    .map(([name]) => `${name} = r.${name}`)
    .join(', '),
)

/** Inserts those that are new, in the order given, which is sorted; returns their ids. An id that is stored costs one look into the index. */
async function insertOutcomes(tx: Tx, rows: readonly OutcomeJsonRow[]): Promise<string[]> {
  return namesOf(
    tx,
    sql`
    insert into outcome (${COLUMN_LIST}) select ${COLUMN_LIST} from ${arrayRows('r', OUTCOME_COLUMNS, rows)}
    on conflict (id) do nothing returning id as name`,
  )
}

/** What a statement returns as `name`, in one row instead of many, which is read faster; no name holds a line break. */
async function namesOf(tx: Tx, statement: SQL): Promise<string[]> {
  const { rows } = await tx.execute<{ names: string | null }>(
    sql`with written as (${statement}) select string_agg(name, e'\\n') as names from written`,
  )
  return rows[0]?.names?.split('\n') ?? []
}

/** The embedded store holds up everything else that this process does for as long as one statement takes. */
const ROWS_A_PART = 500

function* partsOf<T>(things: readonly T[]): Iterable<readonly T[]> {
  for (let start = 0; start < things.length; start += ROWS_A_PART) yield things.slice(start, start + ROWS_A_PART)
}

async function updateOutcomes(
  tx: Tx,
  changed: readonly { readonly id: string; readonly after: OutcomeState }[],
  observed: ReadonlyMap<string, number>,
): Promise<void> {
  for (const part of partsOf(changed)) {
    const rows = part.map(({ id, after }) => rowOfOutcome(id, after, observed.get(id) ?? 0))
    await tx.execute(
      sql`update outcome as o set ${ASSIGNMENTS} from ${arrayRows('r', OUTCOME_COLUMNS, rows)} where o.id = r.id`,
    )
  }
}

/** Stores what happened; returns the identities of the events that were not stored before. */
async function insertEvents(tx: Tx, events: readonly OutcomeEvent[], isBackfill: boolean): Promise<Set<string>> {
  const unique = new Map(events.map((event) => [identityOf(event), event]))
  const sorted = [...unique.values()].toSorted(
    (a, b) => compareTexts(a.eventKey, b.eventKey) || a.order.atMs - b.order.atMs,
  )
  const columns = sql.raw(EVENT_COLUMNS.map(([name]) => name).join(', '))
  const fresh = new Set<string>()
  for (const part of partsOf(sorted)) {
    const stored = await namesOf(
      tx,
      sql`
      insert into outcome_event (${columns}, is_backfill)
      select ${columns}, ${isBackfill}::boolean from ${arrayRows('r', EVENT_COLUMNS, part.map(eventRowOf))}
      on conflict (event_key, at) do nothing returning ${NAME_OF_EVENT} as name`,
    )
    for (const name of stored) fresh.add(name)
  }
  return fresh
}

/** SQL for `identityOf` of a stored event. */
const NAME_OF_EVENT = sql`(extract(epoch from at) * 1000)::bigint || ' ' || event_key`

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

function identityOf(event: OutcomeEvent): string {
  return `${event.order.atMs} ${event.eventKey}`
}

function* momentsOf(events: readonly OutcomeEvent[]): Iterable<number> {
  for (const event of events) yield event.order.atMs
}
