'use client'
import { useEffect, useState } from 'react'
import { reloadForBuild } from '#components/shell/reload-for-build.ts'
import { useReader } from '#components/shell/reader.tsx'
import { fetchView, ViewError } from '#lib/views/fetch-view.ts'
import { browserPorts, joinLive } from '#lib/views/join-live.ts'
import type { Wall } from '#lib/views/wall/contract.ts'
import { keepAsking } from './keep-asking.ts'

/** Why the wall shows what was, and since when. */
interface WallLoss {
  readonly sinceMs: number
  /** True: the server answers, but no longer to this wall's token. */
  readonly isRefused: boolean
}

interface WallState {
  readonly data: Wall
  /** Null while the server answers. */
  readonly loss: WallLoss | null
}

/** The wall's view without react-query, whose weight a board that hangs for months can do without. */
export function useWall(initial: Wall, build: string): WallState {
  const { clock } = useReader()
  const [state, setState] = useState<WallState>({ data: initial, loss: null })
  useEffect(() => {
    const asking = keepAsking({
      ask: async (signal) => wallOf(await fetchView('wall', {}, signal)),
      onAnswer: (data) => {
        clock.correct(data.nowMs)
        setState({ data, loss: null })
      },
      onSilence: (error) => {
        const isRefused = error instanceof ViewError && (error.code === 'not_signed_in' || error.code === 'forbidden')
        const told = error instanceof ViewError ? error.sinceMs : null
        setState((old) => ({
          data: old.data,
          loss: { sinceMs: old.loss?.sinceMs ?? told ?? clock.nowMs(), isRefused },
        }))
      },
    })
    const leave = joinLive(browserPorts('/api/live'), {
      onMessage: (message) => {
        if (message.kind === 'hello') reloadForBuild(build, message.build)
        asking.askSoon()
      },
      onConnection: () => asking.askSoon(),
    })
    return () => {
      leave()
      asking.stop()
    }
  }, [build, clock])
  return state
}

function wallOf(body: unknown): Wall {
  const isWall = typeof body === 'object' && body !== null && 'nowMs' in body && 'tiles' in body && 'headline' in body
  if (!isWall) throw new ViewError('unreachable', 'What answered was not Spillway.', null)
  // The route answers with what the wall's query returned; server and page are of one build, or the page reloads.
  return body as unknown as Wall
}
