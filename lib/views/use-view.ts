'use client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { routes } from '#lib/domain/routes.ts'
import type { ParamsOf, ResultOf } from './define-view.ts'
import { fetchView, ViewError } from './fetch-view.ts'
import { useLive, type Live } from './live-context.ts'
import { touchesTopics } from './live-message.ts'
import { createRefetchGate } from './refetch-gate.ts'
import type { ViewName, views } from './registry.ts'

/** Changes come by live events; this only heals an event that was lost. */
const SAFETY_MS = 60_000
/** Without a stream, or after a failure. */
const ANXIOUS_MS = 5_000

export interface ViewState<Result> {
  /** The last good answer; it stays when the server is silent. */
  readonly data: Result
  /** True when the newest attempt failed: everything shown is then unknown. */
  readonly isStale: boolean
  /** Since when, epoch ms on the server's clock; null while fresh. */
  readonly staleSinceMs: number | null
  readonly error: { readonly code: ViewError['code']; readonly message: string } | null
}

/** Every view says when it was made, on the server's clock. */
interface Timed {
  readonly nowMs: number
}

/** A view in the browser: starts from what the server rendered, and follows the live events that touch it. */
export function useView<N extends ViewName>(
  name: N,
  params: ParamsOf<(typeof views)[N]>,
  initial: ResultOf<(typeof views)[N]>,
  options: ViewOptions = {},
): ViewState<ResultOf<(typeof views)[N]>> {
  // The route answers with what this view's query returned, so the followed data are of the type of the initial ones.
  return useFollowed(name, toWords(params), { initial, ...options }) as ViewState<ResultOf<(typeof views)[N]>>
}

interface ViewOptions {
  /**
   * True for answers of thousands of rows: what is the same in two answers is then not looked for as a whole, which would cost more than
   * it saves. Rows compare themselves.
   */
  readonly isLarge?: boolean
}

function useFollowed(
  name: ViewName,
  words: Readonly<Record<string, string>>,
  { initial, isLarge = false }: ViewOptions & { readonly initial: Timed },
): ViewState<Timed> {
  const live = useLive()
  const client = useQueryClient()
  const [failing] = useState(() => new FailureLog())
  const query = useQuery<Timed, ViewError>({
    queryKey: keyOf(name, words),
    queryFn: async ({ signal }) => timed(await failing.watch(fetchView(name, words, signal), signal)),
    initialData: initial,
    staleTime: Infinity,
    structuralSharing: !isLarge,
    retry: false,
    networkMode: 'always',
    refetchOnReconnect: 'always',
    refetchOnWindowFocus: 'always',
    refetchInterval: ({ state }) => (state.status === 'error' || !live.isConnected() ? ANXIOUS_MS : SAFETY_MS),
    refetchIntervalInBackground: true,
  })
  // The server may have rendered this page anew since the last fetch: the later of the two counts.
  const isOutrun = query.data.nowMs < initial.nowMs
  const data = isOutrun ? initial : query.data
  useEffect(() => {
    if (isOutrun) client.setQueryData(keyOf(name, words), initial)
  })
  useLiveRefetch(live, name, query.refetch)
  const { error } = query
  useSignInWhen(error?.code === 'not_signed_in')
  return {
    data,
    isStale: error !== null,
    staleSinceMs: error === null ? null : (error.sinceMs ?? data.nowMs + failing.elapsedMs(query.dataUpdatedAt)),
    error: error === null ? null : { code: error.code, message: error.message },
  }
}

/** A session that ended takes what it showed with it: off to sign in, and back here. */
function useSignInWhen(isSignedOut: boolean): void {
  useEffect(() => {
    if (isSignedOut) location.assign(routes.signIn(`${location.pathname}${location.search}`))
  }, [isSignedOut])
}

function keyOf(name: ViewName, words: Readonly<Record<string, string>>): readonly unknown[] {
  return ['view', name, words]
}

function timed(body: unknown): Timed {
  // Every view's result has nowMs; anything else comes from something between the browser and Spillway.
  if (typeof body === 'object' && body !== null && 'nowMs' in body && typeof body.nowMs === 'number')
    return { ...body, nowMs: body.nowMs }
  throw new ViewError('unreachable', 'What answered was not Spillway.', null)
}

function useLiveRefetch(
  live: Live,
  name: ViewName,
  refetch: (options: { cancelRefetch: boolean }) => Promise<unknown>,
): void {
  useEffect(() => {
    const gate = createRefetchGate(() => refetch({ cancelRefetch: true }))
    const stopListening = live.listen((word) => {
      // A broken stream is news as well: asking tells whether the server is still there.
      const isOurs = word === null || word.kind === 'hello' || word.kind === 'resync'
      if (isOurs || (word.kind === 'change' && touchesTopics(live.topics[name] ?? ['*'], word.topics))) gate.ask()
    })
    // Between rendering on the server and listening here, an event may have passed; the greeting of a new stream tells the same.
    if (live.isConnected()) gate.ask()
    return () => {
      stopListening()
      gate.stop()
    }
  }, [live, name, refetch])
}

/** Remembers when a row of failures began. */
class FailureLog {
  #firstMs: number | null = null

  async watch<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      const result = await work
      this.#firstMs = null
      return result
    } catch (error) {
      if (!signal.aborted) this.#firstMs ??= Date.now()
      throw error
    }
  }

  /** From the last good answer to the first failure after it, in ms; both on the browser's clock. */
  elapsedMs(lastGoodMs: number): number {
    return Math.max(0, (this.#firstMs ?? lastGoodMs) - lastGoodMs)
  }
}

/** Parameters as they stand in an address; absent ones are left out. */
function toWords(params: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  )
}
