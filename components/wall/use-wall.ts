'use client'
import { useEffect, useState } from 'react'
import { reloadForBuild } from '#components/shell/reload-for-build.ts'
import { useReader } from '#components/shell/reader.tsx'
import { fetchView, ViewError } from '#lib/views/fetch-view.ts'
import { browserPorts, joinLive } from '#lib/views/join-live.ts'
import type { Wall } from '#lib/views/wall/contract.ts'
import { lossWhileLate, nextLoss, type ViewLoss } from '#lib/views/view-loss.ts'
import { keepAsking } from './keep-asking.ts'

interface WallState {
  readonly data: Wall
  /** Null while the server answers. */
  readonly loss: ViewLoss | null
}

/** The wall's view without react-query, whose weight a board that hangs for months can do without. */
export function useWall(initial: Wall, build: string): WallState {
  const { clock } = useReader()
  const [state, setState] = useState<WallState>({ data: initial, loss: null })
  useEffect(() => {
    let isHeard = false
    const onSlow = (): void => setState(({ data, loss }) => ({ data, loss: lossWhileLate(loss, isHeard, data.nowMs) }))
    const asking = keepAsking({
      ask: async (signal) => wallOf(await fetchView('wall', {}, { signal, isHeard: () => isHeard, onSlow })),
      onAnswer: (data) => {
        clock.correct(data.nowMs)
        setState({ data, loss: null })
      },
      onSilence: (error) => {
        const nowMs = clock.nowMs()
        setState(({ data, loss }) => ({ data, loss: nextLoss(loss, error, { answerMs: data.nowMs, nowMs }) }))
      },
    })
    const leave = joinLive(browserPorts('/api/live'), {
      onMessage: (message) => {
        if (message.kind === 'hello') reloadForBuild(build, message.build)
        asking.askSoon()
      },
      onConnection: (isConnected) => {
        isHeard = isConnected
        asking.askSoon()
      },
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
  if (!isWall) throw new ViewError('unreachable')
  // The route answers with what the wall's query returned; server and page are of one build, or the page reloads.
  return body as unknown as Wall
}
