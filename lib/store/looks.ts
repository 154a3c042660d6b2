import 'server-only'
import { and, asc, desc, eq, gte, inArray, lt, min, ne, sql } from 'drizzle-orm'
import type { MessageShape, ShapeCount } from '#lib/domain/message-shape.ts'
import type { Tx } from './db.ts'
import { jsonText } from './json-rows.ts'
import { momentOf, msOf } from './moments.ts'
import { look, messageShape } from './redrive-schema.ts'
import { fingerprintOf } from './shape-fingerprint.ts'

/** One look into a queue; of its messages only shapes are kept. */
export interface Look {
  readonly id: number
  readonly queue: string
  readonly atMs: number
  readonly kind: 'look' | 'tap' | 'sample'
  /** A person's name, or `spillway`. */
  readonly by: string
  readonly isHealthy: boolean
  /** Messages that were read ... */
  readonly read: number
  /** ... of about so many that were visible, while so many were in flight; null where it was not asked. */
  readonly about: number | null
  readonly inFlight: number | null
  /** When the oldest and the newest of those read were sent; null where SQS did not tell. */
  readonly firstSentMs: number | null
  readonly lastSentMs: number | null
}

export interface LookWithShapes extends Look {
  /** The most frequent first. */
  readonly shapes: readonly ShapeCount[]
}

export async function insertLook(
  tx: Tx,
  made: Omit<Look, 'id'>,
  shapes: readonly ShapeCount[],
): Promise<LookWithShapes> {
  const { atMs, firstSentMs, lastSentMs, ...row } = made
  const [stored] = await tx
    .insert(look)
    .values({ ...row, at: momentOf(atMs), firstSent: momentOf(firstSentMs), lastSent: momentOf(lastSentMs) })
    .returning({ id: look.id })
  const id = stored?.id ?? 0
  await addShapes(tx, id, shapes)
  return { ...made, id, shapes }
}

/** Adds messages of a tap to the look of their minute. The same messages told twice count twice: these are shares, not bookkeeping. */
export async function addTapShapes(
  tx: Tx,
  queue: string,
  told: { readonly minuteMs: number; readonly isHealthy: boolean; readonly shapes: readonly ShapeCount[] },
): Promise<void> {
  const { minuteMs, isHealthy, shapes } = told
  const read = shapes.reduce((sum, { count }) => sum + count, 0)
  const [known] = await tx
    .select({ id: look.id })
    .from(look)
    .where(
      and(eq(look.queue, queue), eq(look.kind, 'tap'), eq(look.at, momentOf(minuteMs)), eq(look.isHealthy, isHealthy)),
    )
  if (known === undefined) {
    const sent = { firstSentMs: minuteMs, lastSentMs: minuteMs + 59_999 }
    const made = {
      queue,
      atMs: minuteMs,
      kind: 'tap',
      by: 'spillway',
      isHealthy,
      read,
      about: null,
      inFlight: null,
    } as const
    await insertLook(tx, { ...made, ...sent }, shapes)
    return
  }
  await tx
    .update(look)
    .set({ read: sql`${look.read} + ${read}::integer` })
    .where(eq(look.id, known.id))
  await addShapes(tx, known.id, shapes)
}

/** The newest look by a person into one of the queues; null when nobody has looked. */
export async function findLatestLook(tx: Tx, queues: readonly string[]): Promise<LookWithShapes | null> {
  if (queues.length === 0) return null
  const [row] = await tx
    .select()
    .from(look)
    .where(and(inArray(look.queue, [...queues]), eq(look.kind, 'look')))
    .orderBy(desc(look.at), desc(look.id))
    .limit(1)
  if (row === undefined) return null
  return { ...lookOf(row), shapes: (await listShapes(tx, [row.id])).get(row.id) ?? [] }
}

/** When the oldest message was sent that looks into the queues met from `fromMs` on; null when none met any. */
export async function findOldestLookedAt(
  tx: Tx,
  query: { readonly queues: readonly string[]; readonly fromMs: number },
): Promise<number | null> {
  const [row] = await tx
    .select({ oldest: min(look.firstSent) })
    .from(look)
    .where(and(inArray(look.queue, [...query.queues]), eq(look.kind, 'look'), gte(look.at, momentOf(query.fromMs))))
  return msOf(row?.oldest ?? null)
}

/** The newest message of a queue that somebody kept as a good one; null without. */
export async function findNewestSample(tx: Tx, queue: string): Promise<LookWithShapes | null> {
  const [row] = await tx
    .select()
    .from(look)
    .where(and(eq(look.queue, queue), eq(look.kind, 'sample')))
    .orderBy(desc(look.at), desc(look.id))
    .limit(1)
  if (row === undefined) return null
  return { ...lookOf(row), shapes: (await listShapes(tx, [row.id])).get(row.id) ?? [] }
}

/** Healthy looks and taps of a queue whose messages were all sent before `beforeMs`, newest first. */
export async function listHealthyLooks(
  tx: Tx,
  query: { readonly queue: string; readonly fromMs: number; readonly beforeMs: number; readonly limit: number },
): Promise<LookWithShapes[]> {
  const rows = await tx
    .select()
    .from(look)
    .where(
      and(
        eq(look.queue, query.queue),
        eq(look.isHealthy, true),
        ne(look.kind, 'sample'),
        gte(look.at, momentOf(query.fromMs)),
        lt(look.lastSent, momentOf(query.beforeMs)),
      ),
    )
    .orderBy(desc(look.at))
    .limit(query.limit)
  const shapes = await listShapes(
    tx,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => ({ ...lookOf(row), shapes: shapes.get(row.id) ?? [] }))
}

/** Drops looks with their shapes, but not the samples that people kept. Returns the number of looks. */
export async function dropLooksBefore(tx: Tx, beforeMs: number): Promise<number> {
  const old = tx
    .select({ id: look.id })
    .from(look)
    .where(and(lt(look.at, momentOf(beforeMs)), ne(look.kind, 'sample')))
  await tx.delete(messageShape).where(inArray(messageShape.look, old))
  return (
    await tx
      .delete(look)
      .where(and(lt(look.at, momentOf(beforeMs)), ne(look.kind, 'sample')))
      .returning({ id: look.id })
  ).length
}

async function addShapes(tx: Tx, id: number, shapes: readonly ShapeCount[]): Promise<void> {
  if (shapes.length === 0) return
  await tx
    .insert(messageShape)
    .values(
      shapes.map(({ shape, count, leastSize, mostSize, firstSentMs, lastSentMs }) => ({
        look: id,
        fingerprint: fingerprintOf(shape),
        shape: sql`${jsonText({ ...shape, leastSize, mostSize })}::jsonb`,
        count,
        firstSent: momentOf(firstSentMs),
        lastSent: momentOf(lastSentMs),
      })),
    )
    .onConflictDoUpdate({
      target: [messageShape.look, messageShape.fingerprint],
      set: {
        count: sql`${messageShape.count} + excluded.count`,
        firstSent: sql`least(${messageShape.firstSent}, excluded.first_sent_at)`,
        lastSent: sql`greatest(${messageShape.lastSent}, excluded.last_sent_at)`,
      },
    })
}

async function listShapes(tx: Tx, looks: readonly number[]): Promise<Map<number, ShapeCount[]>> {
  if (looks.length === 0) return new Map()
  const rows = await tx
    .select()
    .from(messageShape)
    .where(inArray(messageShape.look, [...looks]))
    .orderBy(desc(messageShape.count), asc(messageShape.fingerprint))
  const grouped = Map.groupBy(rows, (row) => row.look)
  return new Map([...grouped].map(([id, of]) => [id, of.map(shapeCountOf)]))
}

/** Written by `addShapes` alone, from values of these types. */
function shapeCountOf({ shape: stored, count, firstSent, lastSent }: typeof messageShape.$inferSelect): ShapeCount {
  const { leastSize, mostSize, ...shape } = stored as MessageShape & { leastSize: number; mostSize: number }
  return { shape, count, leastSize, mostSize, firstSentMs: msOf(firstSent), lastSentMs: msOf(lastSent) }
}

function lookOf({ at, firstSent, lastSent, kind, ...row }: typeof look.$inferSelect): Look {
  return {
    ...row,
    kind: kind === 'tap' || kind === 'sample' ? kind : 'look',
    atMs: msOf(at),
    firstSentMs: msOf(firstSent),
    lastSentMs: msOf(lastSent),
  }
}
