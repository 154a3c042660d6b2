import 'server-only'
import { counted, listed } from '#lib/domain/count-words.ts'
import type { PreflightMessages } from '#lib/domain/redrive-preflight.ts'
import type { MessageOrigins } from '#lib/domain/redrive-origins.ts'
import { AppError } from '#lib/domain/errors.ts'
import { selectionWords } from '#lib/domain/redrive-selection.ts'
import { countGroupReturns, countReturns } from '#lib/store/count-returns.ts'
import type { Tx } from '#lib/store/db.ts'
import { listHeldGroups } from '#lib/store/message-groups.ts'
import { groupOf } from './group-of.ts'
import type { HeldMessage } from './held-message.ts'
import { isHeldBack, isSelected } from './is-selected.ts'
import { judgeMessages, type KnownReturns } from './judge-messages.ts'
import type { RedriveRoad, WantedRedrive } from './find-road.ts'
import type { Scan } from './scan-queue.ts'

/** The messages of those read that a plan moves, and what they tell before its start. Throws `invalid_input` when there is none. */
export async function planMessages(
  tx: Tx,
  wanted: WantedRedrive,
  { road, scan }: { readonly road: RedriveRoad; readonly scan: Scan },
): Promise<{ readonly matching: readonly HeldMessage[]; readonly messages: PreflightMessages }> {
  const { own: selected, origins } = byOrigin(road, matchingOf(scan, wanted))
  const matching = await withoutHeld(tx, road.source.name, { selected, wanted })
  const returns = await returnsOf(tx, road.source.name, matching)
  const judged = judgeMessages(matching, wanted.transform, returns)
  return { matching, messages: { ...judged, held: selected.length - matching.length, origins } }
}

/** The messages read that the plan selects; never none. */
function matchingOf({ messages, isWhole }: Scan, { selection }: WantedRedrive): readonly HeldMessage[] {
  const matching = messages.filter((message) => isSelected(message, selection))
  if (matching.length > 0) return matching
  const read = isWhole
    ? `all ${counted(messages.length, 'message')} in it were read`
    : `${counted(messages.length, 'message')} could be read`
  throw new AppError(
    'invalid_input',
    `selection: ${read} and none is selected by ${selectionWords(selection) ?? 'it'}. Look into the queue to see what its messages carry.`,
  )
}

/** What somebody holds stays where it is, and the plan counts without it. */
async function withoutHeld(
  tx: Tx,
  queue: string,
  { selected, wanted }: { readonly selected: readonly HeldMessage[]; readonly wanted: WantedRedrive },
): Promise<readonly HeldMessage[]> {
  // SQS's own task knows of no holds: its start is refused while there is one.
  if (wanted.way === 'move-task') return selected
  const held = await listHeldGroups(tx, queue)
  const going = selected.filter((message) => !isHeldBack(message, wanted.selection, held))
  if (going.length > 0) return going
  throw new AppError(
    'invalid_input',
    `selection: ${selected.length === 1 ? 'the one message' : `all ${counted(selected.length, 'message')}`} that it selects are in groups that somebody holds. End the hold on the page of ${queue}, or plan a redrive of that very group.`,
  )
}

/** Of a dead-letter queue those that go to where the plan goes. Dead letters of another queue wait for a redrive of their own. */
function byOrigin(
  { mode, destination, destinationKind, sources }: RedriveRoad,
  messages: readonly HeldMessage[],
): { readonly own: readonly HeldMessage[]; readonly origins: MessageOrigins } {
  const unknown = messages.filter(({ deadLetterOf }) => deadLetterOf === null).length
  if (mode === 'in-place' || destinationKind === 'queue')
    return { own: messages, origins: { sources: sources.length, unknown, others: [] } }
  const isOther = ({ deadLetterOf }: HeldMessage): boolean => deadLetterOf !== null && deadLetterOf !== destination.name
  const own = messages.filter((message) => !isOther(message))
  const others = [...Map.groupBy(messages.filter(isOther), ({ deadLetterOf }) => deadLetterOf ?? '')].map(
    ([queue, { length }]) => ({ queue, count: length }),
  )
  if (own.length > 0) return { own, origins: { sources: sources.length, unknown, others } }
  const from = listed(others.map(({ queue, count }) => `${counted(count, 'message')} of ${queue}`))
  throw new AppError(
    'invalid_input',
    `destination: none of those read came from ${destination.name}; they are ${from}. Name one of these, each has a redrive of its own.`,
  )
}

/** What redrives of the queue brought back before: of the same bodies, and of the same groups by cause. */
async function returnsOf(tx: Tx, queue: string, messages: readonly HeldMessage[]): Promise<KnownReturns> {
  const bodies = new Set(messages.map(({ bodyMd5 }) => bodyMd5))
  const groups = new Set(messages.map(groupOf))
  return {
    bodies: await countReturns(tx, queue, [...bodies]),
    groups: await countGroupReturns(tx, queue, [...groups]),
  }
}
