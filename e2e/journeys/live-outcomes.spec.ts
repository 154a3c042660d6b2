import { expect, test } from '#e2e/fixtures.ts'
import { until } from '#e2e/processes.ts'
import { routes } from '#lib/domain/routes.ts'
import { connectSqs } from '#world/services/connect-sqs.ts'
import { outcomeBody, tellOutcome } from './told-outcome.ts'
import { firstShown, watchText } from './watch-text.ts'

const WARM_UP = 5
const OUTCOMES = 60
/** Outcomes that are sent until so many were measured on a machine that had time for it. */
const MOST_SENT = 200
const MOST_MS = 1_000
/** A timer of this test that comes later says that others hold the processors, which Spillway would wait for as well. */
const HELD_MS = 100

test.use({ worldOptions: { traffic: false, past: false } })

/** True once the page tells at least so many delivered e-mails. */
function hasDelivered(count: number): (text: string) => boolean {
  return (text) => Number(/delivered\s*(\d+)/.exec(text)?.[1] ?? '0') >= count
}

/** How late timers of this process came since the last time that it was asked, at most, ms. */
function watchLateness(): { readonly take: () => number; readonly stop: () => void } {
  const EVERY_MS = 20
  let [worst, lastMs] = [0, performance.now()]
  const timer = setInterval(() => {
    const nowMs = performance.now()
    worst = Math.max(worst, nowMs - lastMs - EVERY_MS)
    lastMs = nowMs
  }, EVERY_MS)
  const take = (): number => {
    const late = worst
    worst = 0
    return late
  }
  return { take, stop: () => clearInterval(timer) }
}

function wordsOf(delaysMs: readonly number[]): { readonly p95: number; readonly words: string } {
  const rising = delaysMs.toSorted((a, b) => a - b)
  const at = (share: number): number => rising[Math.ceil(rising.length * share) - 1] ?? Infinity
  return { p95: at(0.95), words: `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms of ${rising.length}` }
}

test('an outcome that is sent to SQS stands on an open page within a second', async ({ page, world, signIn }) => {
  test.setTimeout(400_000)
  await signIn(page, 'Vera', routes.emails())
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const shown = await watchText(page, 'section[aria-labelledby] dl')
  const client = connectSqs(world.endpoints.sqs, 'notifications')
  const [calm, all]: [number[], number[]] = [[], []]
  const lateness = watchLateness()
  for (let sent = 1; sent <= MOST_SENT && calm.length < OUTCOMES; sent += 1) {
    lateness.take()
    const sentMs = await tellOutcome(client, world, sent, outcomeBody(sent, { status: 'SENT' }))
    const shownMs = await until(
      `outcome ${sent} on the page`,
      async () => firstShown(await shown(), hasDelivered(sent)),
      30_000,
    )
    if (sent <= WARM_UP) continue
    all.push(shownMs - sentMs)
    if (lateness.take() < HELD_MS) calm.push(shownMs - sentMs)
  }
  lateness.stop()
  client.destroy()
  const figures = `${wordsOf(calm).words} while processors were free; ${wordsOf(all).words} in all`
  console.log(`outcome from SQS to an open page: ${figures}`)
  expect(calm.length, `too busy a machine to tell: ${figures}`).toBeGreaterThanOrEqual(OUTCOMES / 3)
  expect(wordsOf(calm).p95, figures).toBeLessThanOrEqual(MOST_MS)
})
