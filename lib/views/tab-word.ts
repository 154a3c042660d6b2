import { parseLiveMessage, type LiveMessage } from './live-message.ts'

/** What the tabs of a browser tell each other. */
export type TabWord =
  /** What the leader heard; `to` names one tab, null is for all. */
  | { readonly say: 'message'; readonly message: LiveMessage; readonly to: string | null }
  | { readonly say: 'connection'; readonly isConnected: boolean }
  /** A tab that joins asks whether the stream is open. */
  | { readonly say: 'who leads'; readonly from: string }

/** Reads a word of another tab; null for anything else (another version of the page may be open). */
export function parseTabWord(value: unknown): TabWord | null {
  if (typeof value !== 'object' || value === null || !('say' in value)) return null
  if (value.say === 'who leads' && 'from' in value && typeof value.from === 'string')
    return { say: 'who leads', from: value.from }
  if (value.say === 'connection' && 'isConnected' in value)
    return { say: 'connection', isConnected: value.isConnected === true }
  if (value.say !== 'message' || !('message' in value)) return null
  const message = parseLiveMessage(value.message)
  const to = 'to' in value && typeof value.to === 'string' ? value.to : null
  return message === null ? null : { say: 'message', message, to }
}
