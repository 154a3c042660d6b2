import { request, type APIRequestContext } from '@playwright/test'
import type { App } from './app.ts'

/** A signed-in person without a browser: the same sign-in, followed redirect by redirect. Dispose it at the end. */
export async function signInOverHttp(app: App, personId: string): Promise<APIRequestContext> {
  const context = await request.newContext({ baseURL: app.url })
  const { csrfToken } = await (await context.get('/api/auth/csrf')).json()
  const started = await context.post('/api/auth/signin/oidc', {
    form: { csrfToken, callbackUrl: app.url, json: 'true' },
  })
  const page = await context.get((await started.json()).url)
  const action = /action="([^"]+)"/.exec(await page.text())?.[1]
  if (action === undefined) throw new Error(`The identity provider showed no people: ${page.status()} ${page.url()}`)
  const done = await context.post(new URL(action, page.url()).href, { form: { person: personId } })
  if (!done.ok()) throw new Error(`Signing in as ${personId} ended with ${done.status()} at ${done.url()}`)
  return context
}

/** Reads a view as the browser does. Throws with the answer's text on any other status than 200. */
export async function readView<T>(
  session: APIRequestContext,
  name: string,
  params: Record<string, string> = {},
): Promise<T> {
  const answer = await session.get(`/api/views/${name}`, { params })
  if (!answer.ok()) throw new Error(`/api/views/${name} answered ${answer.status()}: ${await answer.text()}`)
  return answer.json()
}
