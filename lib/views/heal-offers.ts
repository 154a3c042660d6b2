import 'server-only'
import { groupName, groupTitle } from '#lib/domain/message-group.ts'
import { isClassName, type ShapeCount } from '#lib/domain/message-shape.ts'
import type { RedriveMode } from '#lib/domain/redrive.ts'
import { listLeakingQueues } from '#lib/store/leaking-queues.ts'
import { findLatestLook } from '#lib/store/looks.ts'
import { findActiveRedrive } from '#lib/store/redrives.ts'
import { fingerprintOf } from '#lib/store/shape-fingerprint.ts'
import type { QueueBook, QueueEntry } from './queue-book.ts'
import type { ViewContext } from './read-view.ts'
import { loadRedriveRows, nameQueue, type NamedQueue, type RedriveRow } from './redrive-rows.ts'

/** An attribute that messages of a look carry. */
export interface SeenAttribute {
  readonly name: string
  /** `String`, `Number.int`, … */
  readonly type: string
  /** Messages that carry it ... */
  readonly count: number
  /** ... of those that were read. */
  readonly of: number
  /** The Java class that it names, what some readers try to load; null where it names none. */
  readonly className: string | null
}

/** A queue out of which messages can be moved, and into which one may look. */
export interface HealOffer {
  readonly queue: NamedQueue
  readonly mode: RedriveMode
  /** Where they can go: the queues whose dead letters it holds; itself for a queue that is healed in place. */
  readonly destinations: readonly NamedQueue[]
  /** Messages in it, visible and in flight, at the last reading; null where it was never read. */
  readonly waiting: number | null
  /** The latest look by a person; null while nobody has looked. */
  readonly look: {
    readonly atMs: number
    readonly by: string
    readonly read: number
    readonly about: number | null
  } | null
  /** Attributes that the look saw, class names first; empty without a look. */
  readonly attributes: readonly SeenAttribute[]
  /** Groups of messages that the look saw, the largest first; empty without a look. */
  readonly groups: readonly { readonly fingerprint: string; readonly name: string; readonly count: number }[]
  /** The redrive that has the queue to itself now; null when none does. */
  readonly active: RedriveRow | null
}

/**
 * What can be moved for these queues: dead letters to where they came from, or, where there is no dead-letter queue, a queue's own
 * messages from when its parity broke until the incident of it is over. The action decides anew; this is what a page offers.
 */
export async function loadHealOffers(
  names: readonly string[],
  book: QueueBook,
  context: ViewContext,
): Promise<HealOffer[]> {
  const leaking = await listLeakingQueues(context.tx)
  const found = names.flatMap((name) => placeOf(name, book, leaking))
  const places = new Map(found.map((place) => [place.entry.queue.name, place]))
  return Promise.all([...places.values()].map((place) => offerOf(place, context)))
}

const MOST_GROUPS = 20

interface Place {
  readonly entry: QueueEntry
  readonly mode: RedriveMode
}

/** Where one may take messages from for a queue: one place or none. */
function placeOf(name: string, book: QueueBook, leaking: ReadonlySet<string>): Place[] {
  const entry = book.get(name)
  if (entry === undefined) return []
  const dlq = entry.deadLetterOf.length > 0 ? entry : entry.dlqName === null ? undefined : book.get(entry.dlqName)
  // An empty dead-letter queue offers nothing; one that was never read may hold something.
  if (dlq !== undefined) return waitingIn(dlq) === 0 ? [] : [{ entry: dlq, mode: 'dlq-to-source' }]
  if (entry.dlqName !== null || !leaking.has(name)) return []
  // Once messages are processed again an empty queue has nothing left to heal.
  const isHeld = entry.findings.some(({ detector }) => detector === 'flow-parity')
  return isHeld || waitingIn(entry) !== 0 ? [{ entry, mode: 'in-place' }] : []
}

async function offerOf({ entry, mode }: Place, context: ViewContext): Promise<HealOffer> {
  const { name } = entry.queue
  const [look, active] = await Promise.all([findLatestLook(context.tx, [name]), findActiveRedrive(context.tx, name)])
  const [row = null] = active === null ? [] : await loadRedriveRows([active], context)
  return {
    queue: nameQueue(name, context),
    mode,
    destinations: (mode === 'in-place' ? [name] : entry.deadLetterOf).map((each) => nameQueue(each, context)),
    waiting: waitingIn(entry),
    look: look === null ? null : { atMs: look.atMs, by: look.by, read: look.read, about: look.about },
    attributes: look === null ? [] : seenAttributes(look.shapes),
    groups: look === null ? [] : groupsOf(look.shapes),
    active: row,
  }
}

function groupsOf(shapes: readonly ShapeCount[]): HealOffer['groups'] {
  return shapes.slice(0, MOST_GROUPS).map(({ shape, count }) => {
    const fingerprint = fingerprintOf(shape)
    return { fingerprint, name: `${groupName(fingerprint)} ${groupTitle(shape).replaceAll('`', '')}`, count }
  })
}

function waitingIn({ depth }: QueueEntry): number | null {
  return depth.visible === null ? null : depth.visible + (depth.inFlight ?? 0)
}

/** Attributes by name and type with how many messages carry them, class names first, then the most frequent. */
export function seenAttributes(shapes: readonly ShapeCount[]): SeenAttribute[] {
  const of = shapes.reduce((sum, { count }) => sum + count, 0)
  const seen = new Map<string, SeenAttribute>()
  for (const { shape, count } of shapes)
    for (const { name, type, value } of shape.attributes) {
      const known = seen.get(`${name} ${type}`)
      const className = known?.className ?? (value !== null && isClassName(value) ? value : null)
      seen.set(`${name} ${type}`, { name, type, count: (known?.count ?? 0) + count, of, className })
    }
  return [...seen.values()].toSorted(
    (a, b) => Number(b.className !== null) - Number(a.className !== null) || b.count - a.count,
  )
}
