'use client'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { browserPorts, joinLive } from '#lib/views/join-live.ts'
import { LiveContext, type Live } from '#lib/views/live-context.ts'
import type { LiveMessage } from '#lib/views/live-message.ts'
import type { ViewTopics } from '#lib/views/view-topics.ts'
import { reloadForBuild } from './reload-for-build.ts'

interface LiveProviderProps {
  /** The build that rendered this page: another one in the stream's greeting means that the page is old. */
  readonly build: string
  readonly topics: ViewTopics
  readonly children: ReactNode
}

interface Ear {
  isConnected: boolean
  readonly listeners: Set<(message: LiveMessage | null) => void>
}

/** Keeps the page live: one stream a browser, told to every view on the page. */
export function LiveProvider({ build, topics, children }: LiveProviderProps) {
  const [client] = useState(() => new QueryClient())
  const [ear] = useState<Ear>(() => ({ isConnected: false, listeners: new Set() }))
  const [live] = useState(() => liveOf(ear, topics))
  useEffect(() => {
    const tell = (message: LiveMessage | null): void => {
      for (const listener of ear.listeners) listener(message)
    }
    return whileShown(() =>
      joinLive(browserPorts('/api/live'), {
        onMessage: (message) => {
          if (message.kind === 'hello') reloadForBuild(build, message.build)
          tell(message)
        },
        onConnection: (isConnected) => {
          ear.isConnected = isConnected
          if (!isConnected) tell(null)
        },
      }),
    )
  }, [build, ear])
  return (
    <QueryClientProvider client={client}>
      <LiveContext value={live}>{children}</LiveContext>
    </QueryClientProvider>
  )
}

function liveOf(ear: Ear, topics: ViewTopics): Live {
  return {
    topics,
    isConnected: () => ear.isConnected,
    listen: (onWord) => {
      ear.listeners.add(onWord)
      return () => ear.listeners.delete(onWord)
    },
  }
}

/** Joins while the page is in use. A page that the browser puts aside for the back button leaves, so that it blocks no other tab. */
function whileShown(join: () => () => void): () => void {
  let leave: (() => void) | null = join()
  const onHide = (): void => {
    leave?.()
    leave = null
  }
  const onShow = (): void => {
    leave ??= join()
  }
  addEventListener('pagehide', onHide)
  addEventListener('pageshow', onShow)
  return () => {
    onHide()
    removeEventListener('pagehide', onHide)
    removeEventListener('pageshow', onShow)
  }
}
