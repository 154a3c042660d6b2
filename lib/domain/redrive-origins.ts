import { counted, figure, listed } from './count-words.ts'
import type { DestinationKind, RedriveMode } from './redrive.ts'

/** From which queues the messages that were read and selected came. */
export interface MessageOrigins {
  /** Queues whose dead letters the source holds; 0 for one in place. */
  readonly sources: number
  /** Messages that do not tell: sent to the dead-letter queue by somebody, or by a server that does not say. */
  readonly unknown: number
  /** Dead letters of others than the destination: not among those that the plan moves. */
  readonly others: readonly { readonly queue: string; readonly count: number }[]
}

/** Labels of the queues, and where to. */
interface OriginPlan {
  readonly mode: RedriveMode
  readonly destinationKind: DestinationKind
  readonly source: string
  readonly destination: string
}

interface OriginMessages {
  /** Messages that were read and selected. */
  readonly of: number
  /** Missing in older plans. */
  readonly origins?: MessageOrigins
}

interface Judged {
  readonly state: 'fine' | 'warns' | 'asks'
  readonly text: string
}

const fine = (text: string): Judged => ({ state: 'fine', text })

/** Where several queues share a dead-letter queue, a message that does not say which one it is of goes to none by itself. Null where it was not looked at. */
export function judgeOrigins(plan: OriginPlan, messages: OriginMessages | null): Judged | null {
  if (plan.mode === 'in-place') return fine('They stay in their queue.')
  if (plan.destinationKind === 'queue') return fine(`All go to ${plan.destination}, as the plan says.`)
  const origins = messages?.origins
  if (messages === null || origins === undefined) return null
  const { of } = messages
  const others = listed(origins.others.map(({ queue, count }) => `${counted(count, 'message')} of ${queue}`))
  const rest = others === '' ? '' : ` Left where they are, for a redrive of their own: ${others}.`
  if (origins.unknown > 0 && origins.sources > 1)
    return {
      state: 'asks',
      text: `${figure(origins.unknown)} of ${counted(of, 'message')} read ${origins.unknown === 1 ? 'does' : 'do'} not tell from which of ${figure(origins.sources)} queues ${origins.unknown === 1 ? 'it' : 'they'} came; this plan sends such messages to ${plan.destination}.${rest}`,
    }
  if (rest !== '')
    return { state: 'warns', text: `${counted(of, 'message')} read came from ${plan.destination}.${rest}` }
  if (origins.unknown > 0) return fine(`${plan.destination} is the one queue whose dead letters ${plan.source} holds.`)
  return fine(`All that were read came from ${plan.destination}.`)
}
