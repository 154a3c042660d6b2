import { formatCount } from '#components/ui/format-count.ts'
import type { RedriveState } from '#lib/domain/redrive.ts'
import type { RedriveCounts, RedrivePage } from '#lib/views/redrive/contract.ts'

/** Messages that were picked up and are not known to be sent, as a figure with its words. */
export interface UnsentFigure {
  readonly label: string
  readonly count: number
  /** What they are; null where that is plain. */
  readonly note: string | null
}

const OVER: readonly RedriveState[] = ['stopped', 'done', 'verifying']

type Unsent = Pick<RedrivePage, 'state' | 'source'> & { readonly counts: Pick<RedriveCounts, 'waiting' | 'halfWay'> }

/** While it works they are to go next; once it is over nothing is sent any more, and it is said where they are. */
export function unsentFigure({ state, source, counts: { waiting, halfWay } }: Unsent): UnsentFigure {
  const count = waiting + halfWay
  const end =
    halfWay === 0
      ? []
      : [`of ${formatCount(halfWay)} it is not known whether SQS took ${halfWay === 1 ? 'it' : 'them'}`]
  if (!OVER.includes(state)) return { label: 'Picked up, not sent yet', count, note: end[0] ?? null }
  const left = waiting === 0 ? [] : [leftWords(state, source.name)]
  const label = halfWay === 0 ? 'Not sent' : 'Not known to be sent'
  return { label, count, note: count === 0 ? null : [...left, ...end].join('; ') }
}

/** All that a run which went to its end did not send stands behind a message of its group that could not be sent. */
function leftWords(state: RedriveState, source: string): string {
  return state !== 'stopped' && source.endsWith('.fifo')
    ? 'left in their queue, behind a refused one of their group'
    : 'left in their queue'
}
