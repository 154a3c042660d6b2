'use client'
import { useQuery, useQueryClient, type QueryState } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { routes } from '#lib/domain/routes.ts'
import type { ParamsOf, ResultOf } from './define-view.ts'
import { FetchLog } from './fetch-log.ts'
import { fetchView, ViewError } from './fetch-view.ts'
import { useLive, type Live } from './live-context.ts'
import { touchesTopics } from './live-message.ts'
import { createRefetchGate } from './refetch-gate.ts'
import type { ViewName, views } from './registry.ts'
import { lossWhileLate, nextLoss, type ViewLoss } from './view-loss.ts'

/** Changes come by live events; this only heals an event that was lost. */
const SAFETY_MS = 60_000
/** Without a stream, or after a failure. */
const ANXIOUS_MS = 5_000

export interface ViewState<Result> {
  /** The last good answer; it stays when the server is silent. */
  readonly data: Result
  /** Set while what is shown is not of now: everything is then unknown. Null while the server answers. */
  readonly loss: ViewLoss | null
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
  const [log] = useState(() => new FetchLog())
  const [late, setLate] = useState<Late>({ loss: null, atMs: 0 })
  const queryKey = keyOf(name, words)
  const standing = (): Standing => standingOf(client.getQueryState(queryKey), initial)
  const query = useQuery<Timed, FailedView>({
    queryKey,
    queryFn: async ({ signal }) => {
      let { loss } = standing()
      const onSlow = (): void => {
        loss = lossWhileLate(loss, live.isConnected(), standing().answerMs)
        setLate({ loss, atMs: Date.now() })
      }
      try {
        return timed(await log.watch(fetchView(name, words, { signal, isHeard: live.isConnected, onSlow })))
      } catch (error) {
        throw new FailedView(error, nextLoss(loss, error, standing()))
      }
    },
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
    if (isOutrun) client.setQueryData(queryKey, initial)
  })
  useLiveRefetch({ live, name, log }, query.refetch)
  useSignInWhen(query.error?.isSignedOut === true)
  const isLate = query.isFetching && late.atMs > Math.max(query.dataUpdatedAt, query.errorUpdatedAt)
  return { data, loss: isLate ? late.loss : (query.error?.loss ?? null) }
}

/** What an answer that takes long says; `atMs` is on the browser's clock, as react-query's own moments are. */
interface Late {
  readonly loss: ViewLoss | null
  readonly atMs: number
}

/** A fetch that failed, and what the page has lost by it and those before. It goes with the next answer, wherever that comes from. */
class FailedView extends Error {
  readonly loss: ViewLoss
  readonly isSignedOut: boolean

  constructor(cause: unknown, loss: ViewLoss) {
    super('A view could not be fetched.', { cause })
    this.loss = loss
    this.isSignedOut = cause instanceof ViewError && cause.code === 'not_signed_in'
  }
}

/** How a view stands at this moment; times on the server's clock. */
interface Standing {
  readonly loss: ViewLoss | null
  readonly answerMs: number
  readonly nowMs: number
}

function standingOf(state: QueryState<Timed, FailedView> | undefined, initial: Timed): Standing {
  const answerMs = state?.data?.nowMs ?? initial.nowMs
  const elapsedMs = state === undefined ? 0 : Date.now() - state.dataUpdatedAt
  return { loss: state?.error?.loss ?? null, answerMs, nowMs: answerMs + Math.max(0, elapsedMs) }
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
  throw new ViewError('unreachable')
}

interface Followed {
  readonly live: Live
  readonly name: ViewName
  readonly log: FetchLog
}

function useLiveRefetch(
  { live, name, log }: Followed,
  refetch: (options: { cancelRefetch: boolean }) => Promise<unknown>,
): void {
  useEffect(() => {
    // One under way may have been answered before the change: it lands first, and then the same is asked anew.
    let hasLeft = false
    const gate = createRefetchGate(async () => {
      await log.idle()
      if (!hasLeft) await refetch({ cancelRefetch: false })
    })
    const stopListening = live.listen((word) => {
      // A broken stream is news as well: asking tells whether the server is still there.
      const isOurs = word === null || word.kind === 'hello' || word.kind === 'resync'
      if (isOurs || (word.kind === 'change' && touchesTopics(live.topics[name] ?? ['*'], word.topics))) gate.ask()
    })
    // Between rendering on the server and listening here, an event may have passed; the greeting of a new stream tells the same.
    if (live.isConnected()) gate.ask()
    return () => {
      hasLeft = true
      stopListening()
      gate.stop()
    }
  }, [live, name, log, refetch])
}

/** Parameters as they stand in an address; absent ones are left out. */
function toWords(params: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  )
}
