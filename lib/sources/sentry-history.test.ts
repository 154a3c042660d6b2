import { expect, test } from 'vitest'
import type { PollResult } from './define-source.ts'
import { makeContext, readingsOf, storedCursor } from './fixtures/make-context.ts'
import { startUpstream, type Answer } from './fixtures/start-upstream.ts'
import { sentry } from './sentry.ts'

const BEAT_MS = 60_000
const PROJECTS = ['1', '2'].map((id) => ({ id, slug: `p${id}`, firstEvent: '2024-01-01T00:00:00Z' }))

const ok = (body: unknown): Answer => ({ status: 200, body: JSON.stringify(body) })

/** A Sentry with two projects, which fails for the history (asked by hours) of those in `broken`. */
function replyOf(url: URL, broken: ReadonlySet<string>): Answer {
  if (url.pathname.endsWith('/projects/')) return ok(PROJECTS)
  if (url.pathname.endsWith('/releases/')) return ok([])
  const stepMs = Number(url.searchParams.get('interval')) * 1_000
  if (stepMs === 3_600_000 && broken.has(url.searchParams.get('project') ?? '')) return { status: 404, body: '{}' }
  const [fromMs, toMs] = ['start', 'end'].map((name) => Date.parse(`${url.searchParams.get(name)}Z`))
  const count = ((toMs ?? 0) - (fromMs ?? 0)) / stepMs
  const values = Array.from({ length: count }, (_, index) => ({ timestamp: (fromMs ?? 0) + index * stepMs, value: 1 }))
  return ok({ timeSeries: [{ values }] })
}

test('a project whose history cannot be had does not keep the others from theirs, and is asked again', async () => {
  const broken = new Set(['1'])
  await using upstream = await startUpstream(({ url }) => replyOf(url, broken))
  let nowMs = Date.parse('2026-11-22T09:17:00Z')
  let last: PollResult | null = null
  const poll = async (): Promise<PollResult> => {
    const context = makeContext({
      settings: { sources: { sentry: { everySeconds: BEAT_MS / 1_000, backfillDays: 2 } } },
      sentry: { url: upstream.url, org: 'o', token: 't' },
      nowMs: () => nowMs,
    })
    last = await sentry.poll({ ...context, cursor: last === null ? null : storedCursor(last) })
    nowMs += last.hasMore === true ? 10 : BEAT_MS
    return last
  }
  const told = new Set<string>()
  const gaps: boolean[] = []
  const pollTimes = async (times: number): Promise<void> => {
    for (let turn = 0; turn < times; turn += 1) {
      const result = await poll()
      const past = readingsOf(result, 'samples').filter(({ isBackfill }) => isBackfill)
      for (const { samples } of past)
        for (const { series, atMs } of samples) if (atMs < nowMs - 86_400_000) told.add(series)
      gaps.push(readingsOf(result, 'gap').some(({ scope }) => scope === 'history'))
    }
  }
  await pollTimes(8)
  expect([...told]).toEqual(['sentry/p2/prod/errors'])
  expect(gaps.slice(2)).not.toContain(false)
  broken.clear()
  await pollTimes(4)
  expect([...told].toSorted()).toEqual(['sentry/p1/prod/errors', 'sentry/p2/prod/errors'])
  expect(gaps.at(-1)).toBe(false)
})
