import { counted, figure, listed } from './count-words.ts'

/**
 * Why a message of a redrive's list was not moved. `not-met`: the queue was read and did not hold it. `held`: somebody holds its group.
 * `refused`: it could not go as planned, and the ledger says why. `sent-before`: an earlier redrive had sent it. `left`: it was met and is not
 * what the plan takes.
 */
export const MISSED_WHYS = ['not-met', 'held', 'refused', 'sent-before', 'left'] as const
export type MissedWhy = (typeof MISSED_WHYS)[number]

export const MISSED_WORDS: Readonly<Record<MissedWhy, string>> = {
  'not-met': 'not met: it was processed or has expired meanwhile, or somebody else hides it',
  held: 'left where it is: somebody holds its group',
  refused: 'left where it is: it could not go as planned',
  'sent-before': 'an earlier redrive had sent it already',
  left: 'left where it is: it is not what the plan takes',
}

/** What a redrive of a list, or of a queue with held groups, did not move. */
export interface MissedMessages {
  /** Messages of the list that were not moved; 0 where there is no list. */
  readonly count: number
  /** Messages that were met and left because somebody holds their group. */
  readonly held: number
  /** Those of the list, at most `MOST_NAMED`. */
  readonly messages: readonly { readonly messageId: string; readonly why: MissedWhy }[]
}

/** So many are named; the others are counted. */
export const MOST_NAMED = 100

const PARTS: Readonly<Record<MissedWhy, (count: string) => string>> = {
  'not-met': (count) =>
    `${count} not met when the queue was read to its end (processed or expired meanwhile, or hidden by somebody else)`,
  held: (count) => `${count} in a group that somebody holds`,
  refused: (count) => `${count} that could not go as planned`,
  'sent-before': (count) => `${count} that an earlier redrive had sent already`,
  left: (count) => `${count} that the plan does not take`,
}

/** `Of its list of 151 it did not move 12: 9 not met when …, 3 in a group that somebody holds.`; null where nothing was missed. */
export function missedWords(missed: MissedMessages | null, ofMessages: number | null): string | null {
  if (missed === null) return null
  const { count, held, messages } = missed
  if (count === 0 || ofMessages === null)
    return held === 0 ? null : `${counted(held, 'message')} in groups that somebody holds stayed where they are.`
  const head = `Of the ${counted(ofMessages, 'message')} of its list it did not move ${figure(count)}`
  if (messages.length < count) return `${head}, among them ${named(messages)}.`
  return `${head}: ${named(messages)}.`
}

function named(messages: MissedMessages['messages']): string {
  return listed(
    MISSED_WHYS.flatMap((why) => {
      const count = messages.filter((message) => message.why === why).length
      return count === 0 ? [] : [PARTS[why](figure(count))]
    }),
  )
}
