import 'server-only'
import { describeCause, type Cause } from '#lib/domain/cause-words.ts'
import { lookWarning, lookWordsAt } from '#lib/domain/look-words.ts'
import { groupName, groupTitle, NO_MARK, readerRisks, type GroupMark } from '#lib/domain/message-group.ts'
import type { MessageAttribute, ShapeCount } from '#lib/domain/message-shape.ts'
import type { Mark } from '#lib/domain/mark.ts'
import { listHolds, type LookHold } from '#lib/store/look-holds.ts'
import { findLatestLook, type LookWithShapes } from '#lib/store/looks.ts'
import { listMarks } from '#lib/store/marks.ts'
import { listGroupChanges, readGroupMarks, type GroupChange, type StoredGroupMark } from '#lib/store/message-groups.ts'
import { fingerprintOf } from '#lib/store/shape-fingerprint.ts'
import { loadArchiveRows, type ArchiveRow } from './archive-rows.ts'
import { loadHealthyShapes } from './healthy-shapes.ts'
import type { QueueBook, QueueEntry } from './queue-book.ts'
import type { ViewContext } from './read-view.ts'
import { nameQueue, type NamedQueue } from './redrive-rows.ts'
import { loadErrorsMeanwhile, type ErrorsMeanwhile } from './errors-meanwhile.ts'

/** Messages of a queue that look alike, of the latest look. */
export interface GroupRow {
  readonly fingerprint: string
  /** `G-1a2b3c4d`. */
  readonly name: string
  /** What they look like; names between backticks. */
  readonly title: string
  readonly count: number
  /** Of so many that were read. */
  readonly of: number
  /** When the first and the last of them were sent, epoch ms; null where SQS did not tell. */
  readonly firstSentMs: number | null
  readonly lastSentMs: number | null
  /** Of dead letters: the queue that they came from, where SQS tells. */
  readonly from: NamedQueue | null
  /** How they differ from healthy ones, or that they do not and what changed then. */
  readonly cause: Cause
  /** What of them could break a reader; told where nothing differs. */
  readonly risks: readonly string[]
  /** What Sentry counted of the queue's reader while they were sent and tried; null where that is not known, and of smaller groups. */
  readonly errors: ErrorsMeanwhile | null
  readonly attributes: readonly MessageAttribute[]
  /** Paths of the body with types; null for a body that is no JSON. */
  readonly bodyKeys: readonly string[] | null
  readonly mark: GroupMark
}

/** What is known of the messages inside a queue. */
export interface QueueInside {
  /** Into which one looks: the dead-letter queue, else the queue itself. */
  readonly queue: NamedQueue
  /** Why looking is more than a look, for a person to accept; null where it is not. */
  readonly warning: string | null
  /** What looks may have hidden at the moment; null for nothing. */
  readonly held: LookHold | null
  /** The latest look: whose, and how much of it in words; null while nobody has looked. */
  readonly look: { readonly by: string; readonly atMs: number; readonly words: string } | null
  /** The most frequent first; at most 30. */
  readonly groups: readonly GroupRow[]
  /** Messages that were read and belong to groups too small to be shown, and how many such groups are known. */
  readonly rest: { readonly groups: number; readonly messages: number }
  /** Groups that somebody marked and the latest look did not meet. */
  readonly unmet: readonly StoredGroupMark[]
  /** Where its messages were meant to be processed: the queues whose dead letters it holds, or itself. */
  readonly sources: readonly NamedQueue[]
  /** Where healthy messages come from, in a sentence. */
  readonly healthyWords: string
  /** What was taken out of it and kept, the newest first. */
  readonly archives: readonly ArchiveRow[]
  /** Dead letters of a standard queue can be archived; the messages of a queue itself are its consumer's. */
  readonly isArchivable: boolean
  /** Changes of notes, owners, holds and tickets, the newest first; at most 20. */
  readonly changes: readonly GroupChange[]
}

const MOST_GROUPS = 30
const MOST_CHANGES = 20
/** Of so many of the largest groups Sentry's counts are read. */
const WITH_ERRORS = 8
const MARKS_BEFORE_MS = 30 * 60_000
const MARKS_AFTER_MS = 2 * 60_000

/** Null for a queue into which nobody may look: one that works, or has no dead-letter queue and loses nothing. */
export async function loadQueueInside(
  name: string,
  book: QueueBook,
  { context, isLeaking }: { readonly context: ViewContext; readonly isLeaking: boolean },
): Promise<QueueInside | null> {
  const entry = placeOf(name, book, isLeaking)
  if (entry === null) return null
  const { tx, nowMs } = context
  const { name: queue } = entry.queue
  const [look, [held = null], marks, changes, archives] = await Promise.all([
    findLatestLook(tx, [queue]),
    listHolds(tx, nowMs, queue),
    readGroupMarks(tx, queue),
    listGroupChanges(tx, queue, MOST_CHANGES),
    loadArchiveRows(queue, context),
  ])
  const groups = look === null ? [] : await loadGroups(look, { entry, marks, context })
  const seen = new Set((look?.shapes ?? []).map(({ shape }) => fingerprintOf(shape)))
  const isFifo = entry.queue.isFifo
  return {
    queue: nameQueue(queue, context),
    warning: lookWarning({ name: queue, maxReceiveCount: entry.queue.maxReceiveCount, dlqName: entry.dlqName }),
    held,
    look: look === null ? null : { by: look.by, atMs: look.atMs, words: lookWordsAt({ ...look, isFifo }, context) },
    groups,
    rest: restOf(look, groups),
    unmet: [...marks.values()].filter(({ fingerprint }) => !seen.has(fingerprint)),
    sources: sourcesOf(entry).map((source) => nameQueue(source, context)),
    healthyWords: healthyWords(sourcesOf(entry), context),
    archives,
    isArchivable: entry.deadLetterOf.length > 0 && !isFifo,
    changes,
  }
}

/** A dead-letter queue, that of the queue, or the queue itself where it has none and loses messages. */
function placeOf(name: string, book: QueueBook, isLeaking: boolean): QueueEntry | null {
  const entry = book.get(name)
  if (entry === undefined) return null
  if (entry.deadLetterOf.length > 0) return entry
  if (entry.dlqName !== null) return book.get(entry.dlqName) ?? null
  return isLeaking ? entry : null
}

interface Around {
  readonly entry: QueueEntry
  readonly marks: ReadonlyMap<string, StoredGroupMark>
  readonly context: ViewContext
}

async function loadGroups(look: LookWithShapes, around: Around): Promise<GroupRow[]> {
  const shown = look.shapes.slice(0, MOST_GROUPS)
  const beginnings = Map.groupBy(look.shapes, ({ shape }) => sourceOf(shape.deadLetterOf, around.entry))
  const healthy = new Map(
    await Promise.all(
      [...beginnings].map(async ([source, shapes]) => {
        const firstMs = Math.min(look.atMs, ...shapes.map(({ firstSentMs }) => firstSentMs ?? look.atMs))
        return [source, await loadHealthyShapes(around.context, source, firstMs)] as const
      }),
    ),
  )
  const deploys = await marksAround(shown, around.context)
  return Promise.all(
    shown.map(async (group, at) => {
      const source = sourceOf(group.shape.deadLetterOf, around.entry)
      const sent = { fromMs: group.firstSentMs, toMs: group.lastSentMs }
      const errors = at < WITH_ERRORS ? await loadErrorsMeanwhile(around.context, source, sent) : null
      return groupRow(group, { ...around, look, deploys, errors, healthy: healthy.get(source) ?? null })
    }),
  )
}

/** Marks around the beginnings of all groups, in one question to the store. */
async function marksAround(groups: readonly ShapeCount[], { tx }: ViewContext): Promise<Mark[]> {
  const firsts = groups.flatMap(({ firstSentMs }) => firstSentMs ?? [])
  if (firsts.length === 0) return []
  return listMarks(tx, { fromMs: Math.min(...firsts) - MARKS_BEFORE_MS, toMs: Math.max(...firsts) + MARKS_AFTER_MS })
}

interface OfGroup extends Around {
  readonly look: LookWithShapes
  readonly healthy: Awaited<ReturnType<typeof loadHealthyShapes>>
  readonly deploys: readonly Mark[]
  readonly errors: ErrorsMeanwhile | null
}

function groupRow(group: ShapeCount, { marks, context, look, healthy, deploys, errors }: OfGroup): GroupRow {
  const { shape, count, firstSentMs, lastSentMs } = group
  const { nowMs, timeZone } = context
  const fingerprint = fingerprintOf(shape)
  const around = deploys.filter(
    ({ atMs }) => firstSentMs !== null && atMs >= firstSentMs - MARKS_BEFORE_MS && atMs < firstSentMs + MARKS_AFTER_MS,
  )
  const { note, owner, isHeld, ticketUrl } = marks.get(fingerprint) ?? NO_MARK
  return {
    fingerprint,
    name: groupName(fingerprint),
    title: groupTitle(shape),
    count,
    of: look.read,
    firstSentMs,
    lastSentMs,
    from: shape.deadLetterOf === undefined ? null : nameQueue(shape.deadLetterOf, context),
    cause: describeCause({ stuck: [group], healthy, marks: around, clock: { nowMs, timeZone } }),
    risks: readerRisks(group),
    errors,
    attributes: shape.attributes,
    bodyKeys: shape.bodyKeys,
    mark: { note, owner, isHeld, ticketUrl },
  }
}

/** Where a group's messages were meant to be processed. */
function sourceOf(deadLetterOf: string | undefined, entry: QueueEntry): string {
  return deadLetterOf ?? entry.deadLetterOf[0] ?? entry.queue.name
}

function sourcesOf({ deadLetterOf, queue }: QueueEntry): readonly string[] {
  return deadLetterOf.length > 0 ? deadLetterOf : [queue.name]
}

function restOf(look: LookWithShapes | null, groups: readonly GroupRow[]): QueueInside['rest'] {
  if (look === null) return { groups: 0, messages: 0 }
  const shown = groups.reduce((sum, { count }) => sum + count, 0)
  return { groups: look.shapes.length - groups.length, messages: Math.max(0, look.read - shown) }
}

function healthyWords(sources: readonly string[], context: ViewContext): string {
  const parts = sources.map((source) => {
    const { label } = nameQueue(source, context)
    const stage = context.settings.flow.find(({ queue }) => queue === source)
    if (stage?.healthyFrom === 'sample') return `the newest sample of ${label} that somebody kept as good`
    if (stage?.tapQueueUrl !== undefined) return `the tap of ${label}`
    return `the newest sample of ${label} that somebody kept as good, since it has no tap`
  })
  return `Healthy messages are those of ${parts.join(' and ')}.`
}
