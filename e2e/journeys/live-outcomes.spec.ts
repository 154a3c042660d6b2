import { expect, test } from '#e2e/fixtures.ts'
import { until } from '#e2e/processes.ts'
import { routes } from '#lib/domain/routes.ts'
import { connectSqs } from '#world/services/connect-sqs.ts'
import { outcomeBody, tellOutcome } from './told-outcome.ts'
import { firstShown, watchText } from './watch-text.ts'

const WARM_UP = 5
const OUTCOMES = 60
const MOST_MS = 1_000

test.use({ worldOptions: { traffic: false, past: false } })

/** True once the page tells at least so many delivered e-mails. */
function hasDelivered(count: number): (text: string) => boolean {
  return (text) => Number(/delivered\s*(\d+)/.exec(text)?.[1] ?? '0') >= count
}

test('an outcome that is sent to SQS stands on an open page within a second', async ({ page, world, signIn }) => {
  test.setTimeout(240_000)
  await signIn(page, 'Vera', routes.emails())
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const shown = await watchText(page, '[aria-label="Notifications over time"]')
  const client = connectSqs(world.endpoints.sqs, 'notifications')
  const delaysMs: number[] = []
  for (let sent = 1; sent <= WARM_UP + OUTCOMES; sent += 1) {
    const sentMs = await tellOutcome(client, world, sent, outcomeBody(sent, { status: 'SENT' }))
    const shownMs = await until(
      `outcome ${sent} on the page`,
      async () => firstShown(await shown(), hasDelivered(sent)),
      30_000,
    )
    if (sent > WARM_UP) delaysMs.push(shownMs - sentMs)
  }
  client.destroy()
  const rising = delaysMs.toSorted((a, b) => a - b)
  const at = (share: number): number => rising[Math.ceil(rising.length * share) - 1] ?? Infinity
  const figures = `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms over ${rising.length} outcomes`
  test.info().annotations.push({ type: 'figures', description: figures })
  console.log(`outcome from SQS to an open page: ${figures}`)
  expect(at(0.95), figures).toBeLessThanOrEqual(MOST_MS)
})
