import { readFileSync } from 'node:fs'
import type { APIRequestContext } from '@playwright/test'
import { z } from 'zod'
import type { App } from './app.ts'

/** What Next writes down of its server actions at a build. */
const manifest = z.object({
  node: z.record(z.string(), z.object({ exportedName: z.string().optional() })),
})
const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), data: z.unknown() }),
  z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) }),
])

export type ActionAnswer = z.output<typeof answer>

/** Calls a server action as the page's own script does, by the name under which its file exports it, e.g. `startRedrive`. */
export async function callAction(
  { url }: Pick<App, 'url'>,
  session: APIRequestContext,
  name: string,
  input: unknown,
): Promise<ActionAnswer> {
  const response = await session.post(url, {
    headers: {
      'next-action': actionId(name),
      accept: 'text/x-component',
      'content-type': 'text/plain;charset=UTF-8',
      origin: url,
    },
    data: JSON.stringify([input]),
  })
  const text = await response.text()
  // One line a value; the action's own is the one that is an answer of ours.
  for (const line of text.split('\n')) {
    const parsed = answer.safeParse(jsonOf(line.slice(line.indexOf(':') + 1)))
    if (parsed.success) return parsed.data
  }
  throw new Error(`${name} answered ${response.status()}: ${text.slice(0, 500)}`)
}

function actionId(name: string): string {
  const { node } = manifest.parse(jsonOf(readFileSync('.next/server/server-reference-manifest.json', 'utf8')))
  const found = Object.entries(node).find(([, { exportedName }]) => exportedName === name)
  if (found === undefined) throw new Error(`No page of the build uses the action ${name}.`)
  return found[0]
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
