import type { Locator, Page } from '@playwright/test'
import { expect, test } from '#e2e/fixtures.ts'
import { until } from '#e2e/processes.ts'
import { routes } from '#lib/domain/routes.ts'
import { dlqNameOf, QUEUE_NAMES } from '#world/queues.ts'
import type { World } from '#world/world.ts'
import { countDeadLetters } from './dead-letters.ts'
import { processedBy, resentTo } from './queue-log.ts'
import { untilRead } from './until-read.ts'

const QUEUE = QUEUE_NAMES.profileCreated
const DLQ = dlqNameOf(QUEUE)
/** A reading of each source, what comes of it, and a machine that does much else. */
const SOON = { timeout: 60_000 }
/** So many that a run of two a second lasts for longer than a message takes to come back from a broken consumer. */
const STUCK = 48
const SLOWLY = 2
/** Messages that go through before something happens to the run. */
const PASSED = 4

test.use({
  // The asked rate is the first: how a run grows to it is another's story.
  redriveSettings: { ramp: { startPerSecond: 50 } },
  worldOptions: {
    speed: 15,
    traffic: false,
    past: false,
    dlq: true,
    faults: ['consumer-upgraded'],
    shares: { noAddress: 0, testUser: 0, bounce: 0, scheduled: 0, aside: 0 },
  },
})

/** People whose message lies in the queue, hidden or not, by SQS itself. */
function refsIn(world: World, queue: string): string[] {
  return world.sqs.store.peekAll(queue).map(({ body }) => /\d+/.exec(body)?.[0] ?? '')
}

function processed(world: World): string[] {
  return processedBy(world, 'sync', QUEUE).map(({ ref }) => ref)
}

/** Waits until the consumer has had all that is in its queue; then each person's message is dead or processed, and none is both. */
async function expectEachOnce(world: World, everybody: readonly string[]): Promise<void> {
  await expect.poll(() => refsIn(world, QUEUE), SOON).toEqual([])
  await expect
    .poll(() => [...refsIn(world, DLQ), ...processed(world)].toSorted(), { ...SOON, message: 'each once' })
    .toEqual(everybody)
}

function part(page: Page, name: string): Locator {
  return page.getByRole('region', { name, exact: true })
}

/** Plans a redrive of the dead letters from their incident and starts it, accepting what it asks. */
async function startRedrive(page: Page, name: string, perSecond: number | null): Promise<void> {
  await page.goto(new URL(routes.incident('INC-1'), page.url()).href)
  const offer = part(page, 'What can be done').locator('form').filter({ hasText: ' from ' })
  if (perSecond !== null) await offer.getByLabel('Messages a second').fill(String(perSecond))
  await offer.getByRole('button', { name: 'Plan the redrive' }).click(SOON)
  await expect(page).toHaveURL(new RegExp(`${routes.redrive(name)}$`), SOON)
  await untilRead(page)
  const doing = part(page, 'What you can do')
  await expect(doing.getByRole('button', { name: `Start ${name} with one message` })).toBeVisible(SOON)
  for (const asked of await doing.getByRole('checkbox').all()) await asked.check()
  await doing.getByRole('button', { name: `Start ${name} with one message` }).click()
}

/** How many messages the page's sentence says were moved. */
async function movedBy(page: Page, sentence: RegExp): Promise<number> {
  const heading = page.getByRole('heading', { level: 1 })
  await expect(heading).toHaveText(sentence, SOON)
  return Number(sentence.exec((await heading.textContent()) ?? '')?.[1])
}

async function expectFigures(page: Page, figures: Readonly<Record<string, number>>): Promise<void> {
  for (const [label, value] of Object.entries(figures))
    await expect(part(page, 'How far it is')).toContainText(new RegExp(`${label}\\s*${value}(?!\\d)`), SOON)
}

test('a redrive that is stopped, one that stops by itself, and one that ends: each message is once in one place, and the page says the same', async ({
  page,
  world,
  signIn,
}) => {
  test.setTimeout(480_000)
  await signIn(page, 'Omar')
  const people = await world.createProfiles(STUCK)
  const everybody = people.map(({ tisId }) => tisId).toSorted()
  await until('all to be dead letters', () => (countDeadLetters(world) === STUCK ? true : undefined), SOON.timeout)
  await world.faults.set('consumer-upgraded', false)
  await page.getByRole('link', { name: 'Open INC-1' }).first().click(SOON)

  await test.step('stopped in its midst it leaves each message in the dead-letter queue or in its source', async () => {
    await startRedrive(page, 'R-1', SLOWLY)
    await until('some to be moved', () => (countDeadLetters(world) <= STUCK - PASSED ? true : undefined), SOON.timeout)
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await page.getByRole('button', { name: 'Stop R-1 for good' }).click()
    const moved = await movedBy(page, /^R-1 stopped with (\d+) messages moved\. Stopped by Omar Haddad\.$/)
    await expectEachOnce(world, everybody)
    expect(processed(world), 'as the page says').toHaveLength(moved)
    expect(resentTo(world, QUEUE), 'sent once each').toHaveLength(moved)
    expect(moved).toBeLessThan(STUCK)
    await expectFigures(page, { Moved: moved, 'Came back': 0, 'Possible duplicates': 0, 'Not sent': 0 })
    await expect(part(page, 'Messages to look after')).toContainText('None:')
  })

  await test.step('its consumer breaks in the midst of it: it stops by itself and says why', async () => {
    const before = processed(world).length
    await startRedrive(page, 'R-2', SLOWLY)
    const havePassed = (): true | undefined => (processed(world).length >= before + PASSED ? true : undefined)
    await until('the first to be processed', havePassed, SOON.timeout)
    await world.faults.set('consumer-upgraded', true)
    const moved = await movedBy(
      page,
      /^R-2 stopped by itself with (\d+) messages moved\. \d+ of \1 messages came back with the same cause: the consumer still cannot process them\.$/,
    )
    await expect(part(page, 'On its way')).toContainText(
      new RegExp(`Stopped by itself: \\d+ of ${moved} messages came back with the same cause`),
    )
    await expect(part(page, 'The first message')).toContainText('It was consumed.')
    await expectEachOnce(world, everybody)
    expect(resentTo(world, QUEUE), 'sent once each').toHaveLength(before + moved)
    expect(processed(world).length, 'some came back').toBeLessThan(before + moved)
    await expectFigures(page, { Moved: moved, 'Possible duplicates': 0 })
  })

  await test.step('with the consumer mended another ends, and its proof is what the consumer did', async () => {
    await world.faults.set('consumer-upgraded', false)
    const rest = countDeadLetters(world)
    await startRedrive(page, 'R-3', null)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(
      `R-3 is done: of ${rest} messages, ${rest} consumed. All ${rest} people whom they name have had their e-mail since.`,
      SOON,
    )
    await expectFigures(page, { Moved: rest, Consumed: rest, 'Came back': 0, 'Fate unknown': 0 })
    await expectEachOnce(world, everybody)
    expect(countDeadLetters(world)).toBe(0)
    await page.getByRole('link', { name: 'INC-1' }).first().click()
    await expect(part(page, 'The story')).toContainText(
      `R-3: ${rest} redriven: ${rest} consumed, 0 came back, 0 unknown. All ${rest} people whom they name have had their e-mail since.`,
      SOON,
    )
  })
})
