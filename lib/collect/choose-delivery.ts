import type { OutboxKind } from '#lib/store/outbox.ts'
import type { WaitingMessage } from '#lib/store/outbox-delivery.ts'

/** An incident that nobody could be told of for this long is told as it stands, or not at all when it is over. */
export const LATE_MS = 24 * 3_600_000

/** What is to be done next. `tell` hands a message over, `ask` looks first whether it was told, `skip` gives messages up. */
export type DeliveryStep =
  | {
      readonly kind: 'tell'
      readonly id: number
      readonly rootId: string | null
      /** An update whose content the root takes, since it says how the incident stands; null to tell it as it was said. */
      readonly contentOf: number | null
      readonly skips: readonly Skip[]
    }
  | { readonly kind: 'ask'; readonly id: number; readonly rootId: string | null }
  | { readonly kind: 'skip'; readonly skips: readonly Skip[] }

export interface Skip {
  readonly ids: readonly number[]
  /** One sentence for a person. */
  readonly reason: string
}

const NEWER = 'A newer message says all that it said.'
const OVER = 'Nobody could be told for 24 hours, and the incident was over by then.'
const LATE = 'Nobody could be told for 24 hours; the incident’s message says how it stood then.'
const GONE = 'The incident’s message is no more in the channel.'

/** Nobody is kept waiting for the news of an incident by the stories of others. */
const RANK: Readonly<Record<OutboxKind, number>> = { root: 0, update: 1, thread: 2 }

/**
 * The next step for what waits (oldest first), or null when nothing is due. Within an incident the root comes before all else, entries are
 * told in their order, and of several updates only the newest.
 */
export function chooseDelivery(waiting: readonly WaitingMessage[], nowMs: number): DeliveryStep | null {
  const steps = [...Map.groupBy(waiting, ({ incident }) => incident).values()].flatMap((messages) =>
    stepsOf(messages, nowMs),
  )
  return steps.toSorted((a, b) => RANK[a.of.kind] - RANK[b.of.kind] || a.of.id - b.of.id)[0]?.step ?? null
}

interface Candidate {
  readonly of: WaitingMessage
  readonly step: DeliveryStep
}

/** What could be done for one incident now. */
function stepsOf(messages: readonly WaitingMessage[], nowMs: number): Candidate[] {
  const [first] = messages
  if (first === undefined) return []
  if (first.isRootGone) return [{ of: first, step: { kind: 'skip', skips: [{ ids: idsOf(messages), reason: GONE }] } }]
  if (first.givenUpRoot !== null) return [{ of: first, step: afterGivenUp(first.givenUpRoot, messages) }]
  const root = messages.find(({ kind }) => kind === 'root')
  if (root !== undefined) return isDue(root, nowMs) ? [rootStep(root, messages, nowMs)] : []
  // A root that is neither waiting nor told: it stays with what waits for it.
  if (first.rootId === null) return []
  return [updateStep(messages, nowMs), threadStep(messages, nowMs)].filter((candidate) => candidate !== null)
}

/** An incident that was over before anybody could be told is told after all once it is open again. */
function afterGivenUp(root: number, messages: readonly WaitingMessage[]): DeliveryStep {
  const updates = messages.filter(({ kind }) => kind === 'update')
  const newest = updates.at(-1)
  if (newest === undefined || newest.isOver) return { kind: 'skip', skips: [{ ids: idsOf(messages), reason: OVER }] }
  const skips = skipsOf([{ ids: idsOf(updates), reason: NEWER }])
  return { kind: 'tell', id: root, rootId: null, contentOf: newest.id, skips }
}

function rootStep(root: WaitingMessage, messages: readonly WaitingMessage[], nowMs: number): Candidate {
  if (root.state === 'attempted') return { of: root, step: { kind: 'ask', id: root.id, rootId: null } }
  return { of: root, step: tellRoot(root, messages, nowMs) }
}

/** What becomes of a root that is surely not in the channel: never tried, refused, or looked for in vain. */
export function tellRoot(root: WaitingMessage, messages: readonly WaitingMessage[], nowMs: number): DeliveryStep {
  const isLate = nowMs - root.createdMs > LATE_MS
  if (isLate && root.isOver) return { kind: 'skip', skips: [{ ids: idsOf(messages), reason: OVER }] }
  const updates = messages.filter(({ kind }) => kind === 'update')
  const lateThreads = isLate
    ? messages.filter(({ kind, createdMs }) => kind === 'thread' && nowMs - createdMs > LATE_MS)
    : []
  return {
    kind: 'tell',
    id: root.id,
    rootId: null,
    contentOf: updates.at(-1)?.id ?? null,
    skips: skipsOf([
      { ids: idsOf(updates), reason: NEWER },
      { ids: idsOf(lateThreads), reason: LATE },
    ]),
  }
}

/** An update can be told twice without harm; but one that may be under way must not arrive after a newer one. */
function updateStep(messages: readonly WaitingMessage[], nowMs: number): Candidate | null {
  const updates = messages.filter(({ kind }) => kind === 'update')
  const newest = updates.at(-1)
  if (newest === undefined || !isDue(newest, nowMs)) return null
  if (updates.some((update) => update.state === 'attempted' && !isDue(update, nowMs))) return null
  const skips = skipsOf([{ ids: idsOf(updates.slice(0, -1)), reason: NEWER }])
  return { of: newest, step: { kind: 'tell', id: newest.id, rootId: newest.rootId, contentOf: null, skips } }
}

/** Entries keep their order, but one that is refused does not hold up those after it. */
function threadStep(messages: readonly WaitingMessage[], nowMs: number): Candidate | null {
  const threads = messages.filter(({ kind }) => kind === 'thread')
  const inOrder = threads.find(({ state }) => state !== 'failed')
  const next = [inOrder, ...threads.filter(({ state }) => state === 'failed')].find(
    (thread) => thread !== undefined && isDue(thread, nowMs),
  )
  if (next === undefined) return null
  const { id, rootId } = next
  return next.state === 'attempted'
    ? { of: next, step: { kind: 'ask', id, rootId } }
    : { of: next, step: { kind: 'tell', id, rootId, contentOf: null, skips: [] } }
}

function isDue({ nextAttemptMs }: WaitingMessage, nowMs: number): boolean {
  return nextAttemptMs <= nowMs
}

function idsOf(messages: readonly WaitingMessage[]): number[] {
  return messages.map(({ id }) => id)
}

function skipsOf(skips: readonly Skip[]): readonly Skip[] {
  return skips.filter(({ ids }) => ids.length > 0)
}
