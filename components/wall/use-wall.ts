'use client'
import { useEffect, useState } from 'react'
import { reloadForBuild } from '#components/shell/reload-for-build.ts'
import { useReader } from '#components/shell/reader.tsx'
import { fetchView, ViewError } from '#lib/views/fetch-view.ts'
import { browserPorts, joinLive } from '#lib/views/join-live.ts'
import type { Wall } from '#lib/views/wall/contract.ts'
import { lossKind, type ViewLoss } from '#lib/views/view-loss.ts'
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
    // A server that was lost is not slow before it is heard again.
    const onSlow = (): void =>
      setState(({ data, loss }) => ({ data, loss: mayBeSlow(loss, isHeard) ? slowSince(data) : loss }))
    const asking = keepAsking({
      ask: async (signal) => wallOf(await fetchView('wall', {}, { signal, isHeard: () => isHeard, onSlow })),
      onAnswer: (data) => {
        clock.correct(data.nowMs)
        setState({ data, loss: null })
      },
      onSilence: (error) => {
        const nowMs = clock.nowMs()
        setState(({ data, loss }) => ({ data, loss: lossBy(error, { data, loss, nowMs }) }))
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

/** What the server itself said of its trouble stands until it says something else. */
function mayBeSlow(loss: ViewLoss | null, isHeard: boolean): boolean {
  return loss === null || loss.kind === 'slow' || (loss.kind === 'lost' && isHeard)
}

function slowSince(data: Wall): ViewLoss {
  return { kind: 'slow', sinceMs: data.nowMs }
}

/** What a failure says of the server; a loss of the same kind goes on from its beginning. */
function lossBy(error: unknown, { data, loss, nowMs }: WallState & { readonly nowMs: number }): ViewLoss {
  const { code, sinceMs } = error instanceof ViewError ? error : { code: null, sinceMs: null }
  const kind = lossKind(code)
  if (kind === 'slow') return slowSince(data)
  const before = loss?.kind === kind ? loss.sinceMs : null
  return { kind, sinceMs: before ?? sinceMs ?? nowMs }
}

function wallOf(body: unknown): Wall {
  const isWall = typeof body === 'object' && body !== null && 'nowMs' in body && 'tiles' in body && 'headline' in body
  if (!isWall) throw new ViewError('unreachable', 'What answered was not Spillway.', null)
  // The route answers with what the wall's query returned; server and page are of one build, or the page reloads.
  return body as unknown as Wall
}
