import { expect, test } from '#e2e/fixtures.ts'
import { firstDeleteServable, ruleCompletion } from '#e2e/parity.ts'
import { until } from '#e2e/processes.ts'
import { routes } from '#lib/domain/routes.ts'
import { NO_ADDRESS_DETAIL } from '#world/history-event.ts'
import { QUEUE_NAMES } from '#world/queues.ts'
import type { World } from '#world/world.ts'
import { listWithout, peopleTold } from './people-told.ts'
import { firstShown, watchText } from './watch-text.ts'

const EVERYONE = 'Everyone has their onboarding e-mail.'
const MINUTE_MS = 60_000
/** A reading of each source, what comes of it, and a machine that does much else. */
const SOON = { timeout: 45_000 }
const FAILING = 6
const UNHEARD_OF = 3

test.use({
  worldOptions: {
    speed: 8,
    traffic: false,
    shares: { noAddress: 0, testUser: 0, bounce: 0, scheduled: 0, aside: 0.3 },
  },
})

/** Each person's first failure, in the order in which the events were published. */
function firstFailures(world: World): { personId: string; publishedAtMs: number }[] {
  const first = new Map<string, number>()
  for (const { event, publishedAtMs } of world.record.listOutcomes()) {
    const isFailure = event.status === 'FAILED' && event.statusDetail === NO_ADDRESS_DETAIL
    if (isFailure && !first.has(event.recipient.id)) first.set(event.recipient.id, publishedAtMs)
  }
  return [...first].map(([personId, publishedAtMs]) => ({ personId, publishedAtMs }))
}

/** Keeps the membership messages of new people back, as a stuck upstream does: these people never get as far as an e-mail. */
function holdMemberships(world: World): () => void {
  return world.sqs.faults.add({
    operation: 'SendMessage',
    queue: new RegExp(QUEUE_NAMES.membershipUpdated),
    action: { kind: 'error', code: 'KmsThrottled', status: 400 },
  })
}

function clockInLondon(atMs: number): string {
  return new Date(atMs).toLocaleTimeString('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' })
}

/** Whether the figures of the e-mails page tell at least so many failures. */
function hasFailed(count: number): (text: string) => boolean {
  return (text) => Number(/their e-mail failed(\d+)/.exec(text)?.[1] ?? '0') >= count
}

test('the incident of 2024: an upgraded consumer drops every message, and open pages say so, count right and heal on evidence', async ({
  page,
  openPage,
  world,
  app,
  signIn,
  makeWall,
  restartWithout,
}) => {
  test.setTimeout(420_000)
  const queue = QUEUE_NAMES.profileCreated
  const sentence = page.getByRole('heading', { level: 1 })
  await signIn(page, 'Omar')
  const [wall, emails] = [await openPage(), await openPage()]
  await wall.goto(await makeWall('Kitchen'))
  await signIn(emails, 'Ada', routes.emails())

  await world.createProfiles(3)
  await expect(sentence).toHaveText(EVERYONE, SOON)
  await expect(wall.getByRole('heading', { level: 1 })).toHaveText(EVERYONE, SOON)
  await expect(page).toHaveTitle(/All well/)
  const icon = page.locator('link[rel="icon"][type="image/svg+xml"]').last()
  const calmIcon = await icon.getAttribute('href')
  let loads = 0
  for (const open of [page, wall, emails]) open.on('load', () => (loads += 1))
  const overviewShown = await watchText(page, 'h1')
  const wallShown = await watchText(wall, 'h1')
  const figuresShown = await watchText(emails, '[aria-label="People without their e-mail"]')

  // The last healthy delete and the first message that is dropped fall into different minutes of CloudWatch, so that each counts.
  const healthyMs = Date.now()
  await until(
    'CloudWatch to close the last healthy minute',
    () => world.cloudwatch.servableAt(queue, 'NumberOfMessagesSent', healthyMs),
    MINUTE_MS + 5000,
  )
  const brokenAtMs = Date.now()
  await world.faults.set('consumer-upgraded', true)
  await world.createProfiles(FAILING)
  const failures = await until(
    'every e-mail to have failed',
    () => {
      const list = firstFailures(world)
      return list.length === FAILING ? list : undefined
    },
    30_000,
  )
  const releaseMemberships = holdMemberships(world)
  await world.createProfiles(UNHEARD_OF)
  expect(Math.floor(Date.now() / MINUTE_MS), 'all of it in one minute').toBe(Math.floor(brokenAtMs / MINUTE_MS))

  await test.step('each failed e-mail is on the open page within two seconds of its event', async () => {
    await until('all failures on the page', async () => firstShown(await figuresShown(), hasFailed(FAILING)), 10_000)
    const shown = await figuresShown()
    const delaysMs = failures.map(
      ({ publishedAtMs }, index) => (firstShown(shown, hasFailed(index + 1)) ?? Infinity) - publishedAtMs,
    )
    console.log(`from event to page: ${delaysMs.join(', ')} ms`)
    // One that waits for a processor that another test holds says nothing of Spillway; half of them late would.
    const told = `milliseconds from event to page: ${delaysMs.join(', ')}`
    expect(delaysMs[0], told).toBeLessThan(2000)
    expect(delaysMs.toSorted((a, b) => a - b)[Math.floor(delaysMs.length / 2)], told).toBeLessThan(2000)
    expect(Math.max(...delaysMs), told).toBeLessThan(5000)
    await expect(sentence).toContainText(
      `${FAILING} people are without their onboarding e-mail, all recorded as: no e-mail address`,
      SOON,
    )
  })

  const leak = `profile-created: ${FAILING + UNHEARD_OF} sent, 0 processed since ${clockInLondon(brokenAtMs)}`
  const saysLeak = (text: string): boolean => text.includes(leak)
  await test.step('the leak stands on the overview and the wall within a minute of its evidence, and not before', async () => {
    const completion = await until('the rule to be complete', () => ruleCompletion(world, queue, brokenAtMs), 90_000)
    expect(completion.sinceMs).toBe(Math.floor(brokenAtMs / MINUTE_MS) * MINUTE_MS)
    const withinMs = completion.servableAtMs + MINUTE_MS - Date.now()
    for (const [where, shown] of [
      ['overview', overviewShown],
      ['wall', wallShown],
    ] as const) {
      const atMs = await until(`"${leak}" on the ${where}`, async () => firstShown(await shown(), saysLeak), withinMs)
      console.log(`${where}: leak ${Math.round(atMs - completion.servableAtMs)} ms after its evidence could be served`)
      expect(atMs - completion.servableAtMs, `ms from the evidence to the ${where}`).toBeLessThan(MINUTE_MS)
      expect(atMs, 'nothing is said before its evidence').toBeGreaterThanOrEqual(completion.servableAtMs)
    }
    const needsAHand = page.getByRole('region', { name: 'Needs a hand' })
    await expect(needsAHand.getByText(`profile-created: ${FAILING + UNHEARD_OF} sent, 0 processed`)).toBeVisible()
    await expect(page.getByRole('listitem').filter({ hasText: 'no dead-letter queue' }).first()).toBeVisible()
    expect(loads, 'no page was loaded again').toBe(0)
  })

  await test.step('with profiles, people whom no e-mail ever reached count and are named', async () => {
    const without = await until(
      'the record to count everybody',
      () => {
        const list = listWithout(world)
        return list.length === FAILING + UNHEARD_OF ? list : undefined
      },
      90_000,
    )
    await expect
      .poll(async () => peopleTold((await sentence.textContent()) ?? ''), SOON)
      .toEqual({ named: without.length, counted: 0 })
    await expect.poll(async () => peopleTold((await wall.locator('h1').textContent()) ?? '').named, SOON).toBe(9)
    const table = emails.getByRole('region', { name: 'Who is without' }).getByRole('row')
    await expect
      .poll(async () => (await table.locator('td:first-child').allTextContents()).toSorted(), SOON)
      .toEqual(without)
    await expect(page).toHaveTitle(/^.*9 without/)
    expect(await icon.getAttribute('href'), 'the favicon of the state').not.toBe(calmIcon)
  })

  await test.step('the queue page shows the deploy beside the leak, and a reload of every page says the same', async () => {
    const queuePage = await openPage()
    await signIn(queuePage, 'Vera', `${routes.queue(queue)}?range=1h`)
    await expect(queuePage.getByRole('heading', { level: 1 })).toContainText('0 processed since')
    await expect(queuePage.getByText(/tis-trainee-sync 1\.18\.\d+ deployed/).first()).toBeAttached()
    await expect(queuePage.getByRole('region', { name: 'What watches this queue' })).toContainText(
      'received again and again',
    )
    await queuePage.close()
  })

  await test.step('without profiles, the same people are counted but not named; open pages come back by themselves', async () => {
    await restartWithout('profiles')
    const named = listWithout(world, { hasProfiles: false })
    expect(named).toHaveLength(FAILING)
    const counted = listWithout(world).length - named.length
    for (const open of [page, wall])
      await expect
        .poll(async () => peopleTold((await open.locator('h1').textContent()) ?? ''), SOON)
        .toEqual({ named: named.length, counted })
    await expect(emails.getByRole('region', { name: 'People without their e-mail' })).toContainText(
      `counted, not named${counted}`,
      SOON,
    )
    await expect(sentence).toContainText(leak)
    expect(loads, 'no page was loaded again').toBe(0)
  })

  await test.step('once the consumer works again the pages say so when each thing is proven, and no sooner', async () => {
    const healedAtMs = Date.now()
    releaseMemberships()
    await world.faults.set('consumer-upgraded', false)
    // Only new e-mails that go out are evidence that new e-mails go out.
    await world.createProfiles(20)
    await until('the record to name nobody', () => (listWithout(world).length === 0 ? true : undefined), 60_000)
    const proofAtMs = await until(
      'a delete that is counted',
      () => firstDeleteServable(world, queue, healedAtMs),
      120_000,
    )
    await expect(sentence).toHaveText(EVERYONE, { timeout: Math.max(1000, proofAtMs + MINUTE_MS - Date.now()) })
    await expect(wall.getByRole('heading', { level: 1 })).toHaveText(EVERYONE, { timeout: 10_000 })
    for (const shown of [overviewShown, wallShown]) {
      const afterwards = (await shown()).filter(({ atMs }) => atMs >= healedAtMs)
      const endAtMs = firstShown(afterwards, (text) => !saysLeak(text)) ?? 0
      expect(endAtMs, 'the leak stands until a delete is counted').toBeGreaterThanOrEqual(proofAtMs)
    }
    expect(app.process()?.child.exitCode).toBeNull()
  })
})
