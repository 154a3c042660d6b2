import type { APIRequestContext } from '@playwright/test'
import { setTimeout as pause } from 'node:timers/promises'
import type { App } from '#e2e/app.ts'
import { signInOverHttp } from '#e2e/http-session.ts'

const LOOKS_EVERY_MS = 5_000
/** People who sign in at the same time; more would only wait for each other. */
const AT_ONCE = 5

/** Somebody who looks at Spillway: one stream of live events, and one page or view after the other. */
export interface Viewer {
  /** Events that the stream brought. */
  readonly events: () => number
  /** Pages and views that were answered. */
  readonly looks: () => number
  /** Ends it; throws with what did not answer as it should. */
  leave(): Promise<void>
}

/** That many viewers, each with a session and a stream of their own. */
export async function startViewers(
  app: App,
  { count, people, paths }: { count: number; people: readonly string[]; paths: readonly string[] },
): Promise<Viewer[]> {
  const viewers: Viewer[] = []
  for (let from = 0; from < count; from += AT_ONCE) {
    const group = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => from + index)
    viewers.push(
      ...(await Promise.all(
        group.map((start) => startViewer(app, { person: people[start % people.length] ?? '', paths, start })),
      )),
    )
  }
  return viewers
}

/** Signs somebody in and lets them look at `paths` in turn, starting with the one at `start`, until they leave. */
async function startViewer(
  app: App,
  { person, paths, start }: { person: string; paths: readonly string[]; start: number },
): Promise<Viewer> {
  const session = await signInOverHttp(app, person)
  const leaving = new AbortController()
  let events = 0
  let looks = 0
  const listening = listen(app, await cookiesOf(session), leaving.signal, () => {
    events += 1
  })
  const looking = (async () => {
    for (let turn = start; !leaving.signal.aborted; turn += 1) {
      const path = paths[turn % paths.length] ?? '/'
      const answer = await session.get(path)
      if (!answer.ok()) throw new Error(`${path} answered ${answer.status()}: ${await answer.text()}`)
      looks += 1
      await pause(LOOKS_EVERY_MS, undefined, { signal: leaving.signal }).catch(() => undefined)
    }
  })()
  // It is thrown on when the viewer leaves.
  looking.catch(() => undefined)
  return {
    events: () => events,
    looks: () => looks,
    leave: async () => {
      leaving.abort()
      await Promise.all([looking, listening])
      await session.dispose()
    },
  }
}

async function cookiesOf(session: APIRequestContext): Promise<string> {
  const { cookies } = await session.storageState()
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
}

async function listen(app: App, cookie: string, signal: AbortSignal, onEvent: () => void): Promise<void> {
  const answer = await fetch(`${app.url}/api/live`, { headers: { cookie, accept: 'text/event-stream' }, signal })
  if (answer.status !== 200 || answer.body === null) throw new Error(`/api/live answered ${answer.status}`)
  try {
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      if (chunk.includes('data:')) onEvent()
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
