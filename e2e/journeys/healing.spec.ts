import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import type { Page } from '@playwright/test'
import { asSomebody } from '#e2e/as-somebody.ts'
import { expect, test } from '#e2e/fixtures.ts'
import { until } from '#e2e/processes.ts'
import { routes } from '#lib/domain/routes.ts'
import { QUEUE_NAMES } from '#world/queues.ts'
import type { World } from '#world/world.ts'
import { listWithout } from './people-told.ts'
import { processedBy, resentTo } from './queue-log.ts'
import { readCard, repliesTo } from './slack-card.ts'
import { rootMessages } from './told-in-slack.ts'
import { readToldTable } from './told-table.ts'

const QUEUE = QUEUE_NAMES.profileCreated
const MINUTE_MS = 60_000
const FOUR_DAYS_SECONDS = '345600'
/** A reading of each source, what comes of it, and a machine that does much else. */
const SOON = { timeout: 45_000 }
/** CloudWatch tells a minute after its end, and Spillway reads it with its next beat. */
const TOLD = { timeout: 2.5 * MINUTE_MS }
const EXPIRING = 6
const ADDRESSLESS = 2
const LATER = 5
const NEW = 12
const EVERYONE = 'Everyone has their onboarding e-mail.'

/** `4 min 23 s`. */
const LONG = String.raw`\d+ (?:min|s)(?: \d+ s)?`
/** What the story must tell, in this order. */
const STORY = [
  'tis-trainee-sync 1.18.2 deployed',
  'Told #incidents in Slack',
  'profile-created: 8 sent, 0 processed',
  'Rosa Adeyemi takes care of it',
  'Rosa Adeyemi looked into',
  'R-1: started: one message first',
  'R-1: The first message came back: the consumer still cannot process it.',
  'R-2: planned to move tis-trainee-profile-created-demo in place, without JavaType.',
  'R-2: the first message was processed, the rest follows.',
  'R-2: 5 redriven: 5 consumed, 0 came back, 0 unknown.',
  'RS-1: started; asks again for the data of 8 people.',
  'Over on evidence: ',
]

test.use({
  worldOptions: {
    speed: 8,
    traffic: false,
    // Long enough to be told of, short enough to be waited for.
    retentionSeconds: 140,
    shares: { noAddress: 0, testUser: 0, bounce: 0, scheduled: 0, aside: 0.3 },
  },
})

function clockInLondon(atMs: number): string {
  return new Date(atMs).toLocaleTimeString('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' })
}

function idsOf(people: readonly { readonly tisId: string }[]): string[] {
  return people.map(({ tisId }) => tisId).toSorted()
}

/** References of the people whose message waits in the queue, whatever its state. */
function waitingRefs(world: World): string[] {
  return world.sqs.store
    .peekAll(QUEUE)
    .map(({ body }) => /\d+/.exec(body)?.[0] ?? '')
    .toSorted()
}

function part(page: Page, name: string | RegExp) {
  return page.getByRole('region', { name })
}

/** Plans a redrive from the incident's page and waits for the plan's own page. */
async function planRedrive(page: Page, name: string, removed: readonly string[]): Promise<void> {
  const offer = part(page, 'What can be done')
  for (const attribute of removed) await offer.getByRole('checkbox', { name: new RegExp(`^${attribute}`) }).check()
  await offer.getByRole('button', { name: 'Plan the redrive' }).click()
  await expect(page).toHaveURL(new RegExp(`${routes.redrive(name)}$`), SOON)
}

test('from fault to healed: told once in Slack, understood, tried with one message, healed without the attribute, and closed on evidence', async ({
  page,
  openPage,
  world,
  app,
  signIn,
}) => {
  test.setTimeout(720_000)
  const sentence = page.getByRole('heading', { level: 1 })
  await signIn(page, 'Omar')
  await world.createProfiles(3)
  await expect(sentence).toHaveText(EVERYONE, SOON)
  expect(rootMessages(world), 'nothing is told while all is well').toEqual([])

  // The last healthy delete and the first message that is dropped fall into different minutes of CloudWatch, so that each counts.
  const healthyMs = Date.now()
  await until(
    'CloudWatch to close the last healthy minute',
    () => world.cloudwatch.servableAt(QUEUE, 'NumberOfMessagesSent', healthyMs),
    MINUTE_MS + 5000,
  )
  const brokenAt = clockInLondon(Date.now())
  await world.faults.set('consumer-upgraded', true)
  const expiring = [
    ...(await world.createProfiles(EXPIRING)),
    ...(await world.createProfiles(ADDRESSLESS, { noAddress: 1 })),
  ]
  const addressless = world.record.listWithoutAddress().toSorted()
  const lostAtMs = Date.now()
  expect(addressless).toHaveLength(ADDRESSLESS)

  const leak = `profile-created: ${expiring.length} sent, 0 processed`
  const card = await test.step('the parity break is told in Slack, as one message', async () => {
    const told = await until(
      `"${leak}" in Slack`,
      () =>
        rootMessages(world)
          .map(readCard)
          .find(({ sentence: said }) => said.includes(leak)),
      TOLD.timeout,
    )
    expect(rootMessages(world)).toHaveLength(1)
    expect(told.sentence).toBe(
      `INC-1 · ${leak} since ${brokenAt} · ${expiring.length} people without their onboarding e-mail`,
    )
    expect(told.fields.get('profile-created')).toBe(`${expiring.length} sent, 0 processed`)
    expect(told.fields.get('People without their e-mail')).toBe(
      `${expiring.length}, of them because of this ${expiring.length}`,
    )
    expect(told.url).toMatch(new RegExp(`^${app.url}/i/INC-1\\?from=\\d+&to=\\d+$`))
    return told
  })

  const reader = await openPage()
  await test.step('its link leads a signed-out browser through sign-in to that incident at that moment, with the figures of the message', async () => {
    await reader.goto(card.url)
    await expect(reader).toHaveURL(/\/sign-in/)
    await reader.getByRole('button', { name: 'Sign in' }).click()
    await reader.getByRole('button', { name: /Rosa/ }).click()
    await reader.waitForURL(card.url)
    await expect(part(reader, 'As told in Slack, and now').getByRole('blockquote')).toHaveText(card.sentence)
    const figures = await readToldTable(reader)
    expect(figures.get('People: without their e-mail, whatever the reason')?.told).toBe(String(expiring.length))
    expect(figures.get('profile-created: sent')?.told).toBe(String(expiring.length))
    expect(figures.get('profile-created: processed')?.told).toBe('0')
  })

  await test.step('somebody takes care of it, looks, and reads why: nothing in the messages changed, the consumer was deployed', async () => {
    await reader.getByRole('button', { name: 'Acknowledge INC-1' }).click()
    await expect(reader.getByText(/Rosa .* acknowledged it at/)).toBeVisible()
    const why = part(reader, 'Why')
    await expect(why).toContainText('Nobody has looked into the messages yet.')
    await why.getByRole('button', { name: 'Look into the messages' }).click()
    await expect(why).toContainText(
      `Nothing in the messages changed; tis-trainee-sync was deployed at ${brokenAt}; every message names a Java class (uk.nhs…ProfileCreateEvent).`,
      SOON,
    )
    await expect(why).toContainText('uk.nhs.hee.trainee.details.event.ProfileCreateEvent')
    await expect(part(reader, 'What can be done').getByRole('button', { name: 'Plan the redrive' })).toBeDisabled()
    await expect(part(reader, 'What can be done')).toContainText(/operator/i)
  })

  await until(
    'SQS to drop what nobody processed',
    () => (waitingRefs(world).length === 0 ? true : undefined),
    lostAtMs + 180_000 - Date.now(),
  )
  // What is sent from now on is kept, however long two redrives take beside a consumer that wants the same messages.
  await asSomebody(world, QUEUE, (sqs, QueueUrl) =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { MessageRetentionPeriod: FOUR_DAYS_SECONDS } })),
  )
  const later = await world.createProfiles(LATER)
  const everybody = idsOf([...expiring, ...later])
  await test.step('the figures that were told stay as they were, beside those of now', async () => {
    await expect
      .poll(async () => (await readToldTable(reader)).get('People: without their e-mail because of it'), SOON)
      .toEqual({ told: String(expiring.length), now: String(everybody.length) })
    expect(listWithout(world)).toEqual(everybody)
  })
  await page.goto(`${app.url}${routes.incident('INC-1')}`)
  await test.step('the first message of a redrive comes back while the consumer is still broken, and stops the run', async () => {
    await planRedrive(page, 'R-1', [])
    await expect(sentence).toContainText(
      `R-1 would move about ${LATER} messages of profile-created in place, unchanged.`,
    )
    const sample = part(page, 'A message before and after')
    await expect(sample.getByText('JavaType')).toHaveCount(2)
    await page.getByRole('button', { name: 'Start R-1 with one message' }).click()
    await expect(sentence).toHaveText(
      'R-1 stopped by itself with 1 message moved. The first message came back: the consumer still cannot process it.',
      { timeout: 60_000 },
    )
    await expect(part(page, 'The first message')).toContainText(
      'It was received by the consumer and came back to the queue.',
    )
    expect(resentTo(world, QUEUE)).toHaveLength(1)
    expect(waitingRefs(world), 'none was lost by it').toEqual(idsOf(later))
  })

  await test.step('without the attribute the first message goes through, and then the rest', async () => {
    await page.getByRole('link', { name: 'INC-1' }).first().click()
    await planRedrive(page, 'R-2', ['JavaType'])
    await expect(sentence).toContainText(
      `R-2 would move about ${LATER} messages of profile-created in place, without JavaType.`,
    )
    const sample = part(page, 'A message before and after')
    await expect(sample.getByText('JavaType')).toHaveCount(1)
    await expect(sample).toContainText('is removed')
    await page.getByRole('button', { name: 'Start R-2 with one message' }).click()
    const first = part(page, 'The first message')
    await expect(first).toContainText('It was consumed.', { timeout: 60_000 })
    await expect(first).toContainText('The person’s e-mail was accepted after the message had been sent.')
    await until(
      'the record to miss only those whose messages had expired',
      () => (listWithout(world).join() === idsOf(expiring).join() ? true : undefined),
      // Each is caught only when Spillway's receive comes before the broken consumer's: that can take several turns of 4 s.
      100_000,
    )
    const theirEmails = `All ${LATER} people whom they name have had their e-mail since.`
    await expect(sentence).toHaveText(`R-2 is done: of ${LATER} messages, ${LATER} consumed. ${theirEmails}`, {
      timeout: 60_000,
    })
    expect(
      resentTo(world, QUEUE)
        .slice(1)
        .map(({ attributes }) => attributes.join()),
    ).toEqual(later.map(() => 'contentType'))
    const processed = processedBy(world, 'sync', QUEUE).slice(3)
    expect(processed.map(({ ref }) => ref).toSorted()).toEqual(idsOf(later))
    expect(new Set(processed.flatMap(({ attributes }) => attributes))).toEqual(new Set(['contentType']))
    expect(waitingRefs(world)).toEqual([])
  })

  await test.step('the messages that had expired are estimated, and the people behind them asked for again', async () => {
    await page.getByRole('link', { name: 'INC-1' }).first().click()
    await expect(part(page, 'Why')).toContainText(new RegExp(`About ${expiring.length} messages had expired by`), TOLD)
    const offer = part(page, 'What can be done')
    const people = `${expiring.length} people`
    await offer.getByRole('button', { name: `Re-sync ${people}` }).click()
    await offer.getByRole('button', { name: `Ask again for ${people} now` }).click()
    await expect(offer).toContainText(
      `RS-1: ${people} asked for again: ${EXPIRING} have their e-mail, ${ADDRESSLESS} have no address in the source, 0 are still open.`,
      { timeout: 60_000 },
    )
    expect(listWithout(world)).toEqual(addressless)
  })

  await test.step('once the producer leaves the attribute out, new e-mails go out, and the incident closes on evidence', async () => {
    await world.faults.set('producer-drops-javatype', true)
    await world.createProfiles(NEW)
    await expect(part(page, 'How it stands')).toContainText(
      new RegExp(
        `Over on evidence: profile-created: \\d+ processed; ${EXPIRING + LATER} of ${everybody.length} people affected have their onboarding e-mail; ${ADDRESSLESS} people have no e-mail address in the source\\.`,
      ),
      TOLD,
    )
    expect(world.faults.isOn('consumer-upgraded'), 'the consumer was never mended').toBe(true)
    expect(listWithout(world)).toEqual(addressless)
    const people = part(page, 'People')
    await expect(people).toContainText(`${EXPIRING + LATER} of ${everybody.length} people have their e-mail`)
    const remaining = people.getByRole('row').filter({ hasText: 'no e-mail address in the source' })
    await expect
      .poll(async () => (await remaining.locator('td:first-child').allTextContents()).toSorted())
      .toEqual(addressless)
  })

  await test.step('the story reads to somebody who was not there, and Slack has told it in one message and its thread', async () => {
    const story = part(reader, 'The story')
    await expect(story).toContainText('times in Europe/London')
    await expect(story.getByRole('paragraph').first()).toHaveText(
      new RegExp(
        `^Noticed after ${LONG}, acknowledged ${LONG} later, over after ${LONG}; ${everybody.length} people affected\\.$`,
      ),
    )
    const lines = await story.getByRole('listitem').allInnerTexts()
    const told = lines.map((line) => line.replaceAll(/\s+/g, ' '))
    for (const line of told)
      expect(line).toMatch(new RegExp(`^\\d\\d:\\d\\d .* · (when it began|${LONG} (after|before) it began)$`))
    const chapters = STORY.map((words) => told.findIndex((line) => line.includes(words)))
    expect(chapters, told.join('\n')).not.toContain(-1)
    expect(chapters, 'in the order in which it happened').toEqual(chapters.toSorted((a, b) => a - b))
    await expect.poll(() => rootMessages(world)[0]?.text, SOON).toMatch(/Resolved/)
    const [root, ...others] = rootMessages(world)
    expect(others).toEqual([])
    if (root === undefined) throw new Error('the message is gone')
    const replies = repliesTo(world, root).join('\n')
    for (const words of ['Rosa Adeyemi takes care of it', 'The first message came back', 'Over on evidence'])
      expect(replies.split(words), `"${words}" is told once`).toHaveLength(2)
    await expect(reader.getByRole('blockquote')).toHaveText(card.sentence)
  })
})
