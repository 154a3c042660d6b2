import { counted } from './count-words.ts'
import { blindClause, headlineOf, type Clock, type Headline, type SourceSight } from './headline.ts'
import { sinceWords } from './when-words.ts'

export interface QuarantineFacts {
  readonly clock: Clock
  readonly total: number
  /** Whether anything was ever read: where nothing was, nothing was understood either. */
  readonly hasRead: boolean
  /** When the one that waits longest came, epoch ms; null when none waits. */
  readonly oldestMs: number | null
  readonly sources: readonly SourceSight[]
}

/** The sentence above the quarantine. What waits there is in no figure, so any is a trouble. */
export function quarantineHeadline({ clock, total, hasRead, oldestMs, sources }: QuarantineFacts): Headline {
  const blind = blindClause(sources, clock)
  if (total === 0 && !hasRead)
    return headlineOf({ truth: 'unknown', text: 'No message has come yet', short: 'Nothing has come' }, blind)
  if (total === 0)
    return headlineOf({ truth: 'ok', text: 'Every message was understood', short: 'All understood' }, blind)
  const since = oldestMs === null ? '' : `, the first ${sinceWords(oldestMs, clock.nowMs, clock.timeZone)}`
  const text = `${counted(total, 'message was', 'messages were')} not understood and ${total === 1 ? 'waits' : 'wait'} in quarantine${since}`
  return headlineOf({ truth: 'bad', text, short: `${total} not understood` }, blind)
}
