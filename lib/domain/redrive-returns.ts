import { counted, figure } from './count-words.ts'

/** Messages whose group by cause came back before: the most redrives that it came back from, and the most messages. */
export interface GroupReturned {
  readonly messages: number
  readonly redrives: number
  readonly returned: number
}

interface ReturnedMessages {
  /** Messages that were read and selected. */
  readonly of: number
  /** Messages that redrives of this queue brought back before, and how often the worst of them. */
  readonly returned: number
  readonly mostReturns: number
  /** Null where no group of theirs came back before; missing in older plans. */
  readonly groupReturns?: GroupReturned | null
}

interface Judged {
  readonly state: 'fine' | 'warns' | 'asks'
  readonly text: string
}

/** From so many returns on a person is asked before a message is sent round once more. */
const MOST_RETURNS = 2

/** What came back before may come back again. */
export function judgeReturns(messages: ReturnedMessages): Judged {
  const { returned, mostReturns, of } = messages
  const group = groupReturnWords(messages)
  if (returned === 0)
    return group === null
      ? { state: 'fine', text: 'No redrive of this queue brought one of those read back.' }
      : { state: 'warns', text: `None of those read was redriven before, but ${group}.` }
  const times = mostReturns === 1 ? 'once' : `${figure(mostReturns)} times`
  const also = group === null ? '' : `; ${group}`
  const text = `${figure(returned)} of ${counted(of, 'message')} read came back from a redrive before, at most ${times}${also}`
  return mostReturns >= MOST_RETURNS
    ? {
        state: 'asks',
        text: `${text}. Sending them round again helps only when their reader, or what is sent, has changed.`,
      }
    : { state: 'warns', text: `${text}.` }
}

/** Of other messages with the same cause; null where none came back. */
function groupReturnWords({ groupReturns, of }: ReturnedMessages): string | null {
  if (groupReturns === null || groupReturns === undefined) return null
  const { messages, redrives, returned } = groupReturns
  const which =
    messages === of ? 'the group by cause in which they are' : `the group by cause of ${figure(messages)} of them`
  return `of ${which} ${counted(returned, 'message')} came back from ${counted(redrives, 'redrive')}`
}
