'use client'
import { createContext, use } from 'react'
import type { LiveMessage } from './live-message.ts'
import type { ViewTopics } from './view-topics.ts'

/** The page's ear for live events; `LiveProvider` gives it. */
export interface Live {
  readonly topics: ViewTopics
  /** False while no stream is open: views then ask at short intervals. */
  readonly isConnected: () => boolean
  /** Calls back with each message, and with null when the stream broke. Returns how to stop. */
  readonly listen: (onWord: (message: LiveMessage | null) => void) => () => void
}

export const LiveContext = createContext<Live | null>(null)

export function useLive(): Live {
  const live = use(LiveContext)
  if (live === null) throw new Error('A view is shown outside LiveProvider')
  return live
}
