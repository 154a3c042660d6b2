import type { Page } from '@playwright/test'
import { z } from 'zod'
import { redriveFaults, type ShownRedrive } from '#e2e/chaos/redrive-ledger-agrees.ts'
import { expect, test } from '#e2e/fixtures.ts'
import { readView, signInOverHttp } from '#e2e/http-session.ts'
import { until } from '#e2e/processes.ts'
import { routes } from '#lib/domain/routes.ts'
import { dlqNameOf, QUEUE_NAMES } from '#world/queues.ts'
import type { Person } from '#world/services/person.ts'
import type { World, WorldOptions } from '#world/world.ts'
import { countDeadLetters } from './dead-letters.ts'
import { listWithout } from './people-told.ts'
import { expectToldOnce, rootMessages } from './told-in-slack.ts'

const QUEUE = QUEUE_NAMES.profileCreated
const DLQ = dlqNameOf(QUEUE)
const EVERYONE = 'Everyone has their onboarding e-mail.'
const MINUTE_MS = 60_000
/** A reading of each source, what comes of it, and a machine that does much else. */
const SOON = { timeout: 45_000 }
/** CloudWatch tells a minute after its end, and is then read. */
const COUNTED = { timeout: 150_000 }
const HEALTHY = 4
const STUCK = 6
/** More than the run of good e-mails after which they no longer count as failing more than usual. */
const AFTERWARDS = 20

const PRODUCER: WorldOptions = {
  story: 'producer',
  dlq: true,
  speed: 8,
  traffic: false,
  shares: { noAddress: 0, testUser: 0, bounce: 0, scheduled: 0, aside: 0 },
}

function clockInLondon(atMs: number): string {
  return new Date(atMs).toLocaleTimeString('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' })
}

/** The producer starts to add the attribute; resolves with the people whose messages died of it, and when the version went out. */
async function breakProducer(world: World): Promise<{ people: Person[]; deployedMs: number }> {
  const deployedMs = Date.now()
  await world.faults.set('producer-adds-javatype', true)
  const people = await world.createProfiles(STUCK)
  await until('all to be dead letters', () => (countDeadLetters(world) === STUCK ? true : undefined), 60_000)
  return { people, deployedMs }
}

async function openFromOverview(page: Page, name: string): Promise<void> {
  await page
    .getByRole('region', { name: 'Needs a hand' })
    .getByRole('link', { name: `Open ${name}` })
    .click(SOON)
  await expect(page).toHaveURL(new RegExp(`${routes.incident(name)}$`))
}

const sendRequest = z.object({
  QueueUrl: z.string(),
  Entries: z.array(
    z.object({ MessageBody: z.string(), MessageAttributes: z.record(z.string(), z.unknown()).default({}) }),
  ),
})

/** Batches that Spillway sent to the queue, as SQS logged them. */
function sentBySpillway(world: World) {
  return world.log
    .list({ service: 'sqs', caller: 'spillway', operation: 'SendMessageBatch' })
    .map(({ at, request }) => ({ at, ...sendRequest.parse(request) }))
    .filter(({ QueueUrl }) => QueueUrl.endsWith(`/${QUEUE}`))
}

/** When an e-mail to the person first went out from a moment on, by the sandbox's own record. */
function sentAgainMs(world: World, person: string, fromMs: number): number {
  const again = world.record
    .listOutcomes()
    .find(
      ({ event, publishedAtMs }) =>
        event.recipient.id === person && event.status !== 'FAILED' && publishedAtMs >= fromMs,
    )
  return again?.publishedAtMs ?? Infinity
}

/** Everybody whose e-mail failed at any time. */
function everFailed(world: World): Set<string> {
  const failures = world.record.listOutcomes().filter(({ event }) => event.status === 'FAILED')
  return new Set(failures.map(({ event }) => event.recipient.id))
}

test.describe('with healthy messages kept', () => {
  test.use({ worldOptions: PRODUCER })

  test('the producer’s fault with a dead-letter queue: one incident names the difference, a redrive without it heals it on evidence', async ({
    page,
    world,
    app,
    signIn,
  }) => {
    test.setTimeout(480_000)
    const sentence = page.getByRole('heading', { level: 1 })
    const session = await signInOverHttp(app, 'ada')
    await signIn(page, 'Omar')

    const healthyMinutes = await test.step('healthy messages flow', async () => {
      const fromMs = Date.now()
      await world.createProfiles(HEALTHY)
      const toMs = Date.now()
      await expect(sentence).toHaveText(EVERYONE, SOON)
      // Shapes of healthy messages are kept by the minute, and one of them shared with the fault would be neither.
      const isOver = (): true | undefined =>
        Math.floor(Date.now() / MINUTE_MS) > Math.floor(toMs / MINUTE_MS) ? true : undefined
      await until('the minute of the healthy messages to be over', isOver, MINUTE_MS + 1000)
      return [clockInLondon(fromMs), clockInLondon(toMs)]
    })

    const { people, deployedMs } = await breakProducer(world)
    await test.step('queue, dead letters and e-mails are one incident and one message in Slack', async () => {
      await expect(sentence).toContainText(new RegExp(`${STUCK} dead letters|${STUCK} people are without`), SOON)
      await openFromOverview(page, 'INC-1')
      const signs = page.getByRole('region', { name: 'What it shows itself by' })
      await expect(signs).toContainText(`${STUCK} dead letters wait in ${DLQ}`, SOON)
      await expect(signs).toContainText(/onboarding e-mails (all )?failed/, SOON)
      await expectToldOnce(world, session, ['INC-1'])
      expect((await readView<{ open: unknown[] }>(session, 'incidents')).open).toHaveLength(1)
      await expect(page.getByRole('region', { name: 'People', exact: true })).toContainText(
        `0 of ${STUCK} people have their e-mail`,
        SOON,
      )
    })

    await test.step('a look shows how they differ from healthy ones, and from when those are', async () => {
      const why = page.getByRole('region', { name: 'Why' })
      await expect(why).toContainText('Nobody has looked into the messages yet.')
      await why.getByRole('button', { name: 'Look into the messages' }).click()
      const kept = [...new Set(healthyMinutes)].join(' and ')
      const between = healthyMinutes[0] === healthyMinutes[1] ? `at ${kept}` : `between ${kept}`
      await expect(why).toContainText(
        `${STUCK} of ${STUCK} stuck messages carry JavaType (String); 0 of ${HEALTHY} healthy ones do (kept from the tap of profile-created ${between}).`,
        SOON,
      )
      await expect(why.getByRole('row').filter({ hasText: 'JavaType' })).toContainText(
        `${STUCK} of ${STUCK}0 of ${HEALTHY}`,
      )
      await expect(why.getByRole('listitem').filter({ hasText: 'tis-trainee-details' }).first()).toContainText(
        clockInLondon(deployedMs),
      )
      expect(await why.textContent(), 'nobody is named').not.toMatch(
        new RegExp(people.map(({ tisId }) => tisId).join('|')),
      )
      expect(countDeadLetters(world), 'a look takes nothing away').toBe(STUCK)
    })

    await test.step('the plan shows a real message before and after, and moves nothing', async () => {
      const can = page.getByRole('region', { name: 'What can be done' })
      await can.getByRole('checkbox', { name: 'JavaType' }).check()
      await can.getByRole('button', { name: 'Plan the redrive' }).click()
      await expect(page).toHaveURL(new RegExp(`${routes.redrive('R-1')}$`), SOON)
      await expect(sentence).toHaveText(
        new RegExp(
          `R-1 would move about ${STUCK} messages from .*-dlq to profile-created, without JavaType. Nothing has moved yet.`,
        ),
      )
      const sample = page.getByRole('region', { name: 'A message before and after' })
      await expect(sample.getByRole('listitem').filter({ hasText: 'is removed' })).toContainText('JavaType')
      await expect(sample).toContainText('contentType')
      expect(sentBySpillway(world)).toEqual([])
      expect(countDeadLetters(world)).toBe(STUCK)
    })

    await test.step('one message goes first, the rest when its e-mail followed; ledger and log agree', async () => {
      await world.faults.set('producer-adds-javatype', false)
      await page.getByRole('button', { name: 'Start R-1 with one message' }).click()
      await expect(sentence).toHaveText(`R-1 is done: of ${STUCK} messages, ${STUCK} consumed.`, COUNTED)
      const figures = page.getByRole('region', { name: 'How far it is' })
      await expect(figures).toContainText(new RegExp(`Consumed\\s*${STUCK}`))
      await expect(figures).toContainText(`of ${STUCK} named`)
      await expect(page.getByRole('region', { name: 'The first message' })).toContainText('It was consumed.')

      const batches = sentBySpillway(world)
      const [first, second] = batches
      expect(first?.Entries, 'one message first').toHaveLength(1)
      const canary = people.find(({ tisId }) => first?.Entries[0]?.MessageBody.includes(`"${tisId}"`))
      expect(sentAgainMs(world, canary?.tisId ?? '', first?.at ?? 0), 'its e-mail before the second').toBeLessThan(
        second?.at ?? 0,
      )
      for (const { MessageAttributes } of batches.flatMap(({ Entries }) => Entries))
        expect(Object.keys(MessageAttributes)).toEqual(['contentType'])
      const shown = await readView<ShownRedrive>(session, 'redrive', { name: 'R-1' })
      const bodies = people.map(({ tisId }) => JSON.stringify({ traineeTisId: tisId }))
      expect(shown.counts.moved).toBe(STUCK)
      expect(redriveFaults(world, shown, { source: DLQ, destination: QUEUE, bodies })).toEqual([])
    })

    await test.step('everybody has their e-mail, and the incident ends on that evidence', async () => {
      // Only new e-mails that go out are evidence that new e-mails go out.
      await world.createProfiles(AFTERWARDS)
      await until('the record to name nobody', () => (listWithout(world).length === 0 ? true : undefined), 60_000)
      const affected = everFailed(world).size
      await page.getByRole('link', { name: 'INC-1' }).first().click()
      await expect(page.getByRole('region', { name: 'How it stands' })).toContainText(
        new RegExp(
          `Over on evidence: .*profile-created: \\d+ processed; all ${affected} people affected have their onboarding e-mail.`,
        ),
        COUNTED,
      )
      await expect(page.getByRole('region', { name: 'People', exact: true })).toContainText(
        `${affected} of ${affected} people have their e-mail`,
      )
      await expect(page.getByRole('region', { name: 'What was done' })).toContainText('R-1')
      await expectToldOnce(world, session, ['INC-1'])
      // The edit follows the incident’s end through the outbox.
      await expect
        .poll(() => rootMessages(world).map(({ text }) => text), COUNTED)
        .toEqual([expect.stringMatching(/^● Resolved/)])
      await page.getByRole('link', { name: 'Overview' }).first().click()
      await expect(sentence).toHaveText(EVERYONE)
    })
    await session.dispose()
  })
})

test.describe('with no healthy message kept', () => {
  test.use({ worldOptions: { ...PRODUCER, tap: false } })

  test('the cause says that there is nothing to compare with, and what changed then, instead of guessing', async ({
    page,
    world,
    signIn,
  }) => {
    await signIn(page, 'Omar')
    const { deployedMs } = await breakProducer(world)
    await openFromOverview(page, 'INC-1')
    const why = page.getByRole('region', { name: 'Why' })
    await why.getByRole('button', { name: 'Look into the messages' }).click()
    await expect(why).toContainText(
      `No healthy message to compare with; tis-trainee-details was deployed at ${clockInLondon(deployedMs)}; ` +
        'every message names a Java class (uk.nhs…ProfileCreateEvent).',
      SOON,
    )
    await expect(why).toContainText('no healthy message was kept from before')
    await expect(why.getByRole('table')).toHaveCount(0)
    expect(await why.textContent()).not.toMatch(/healthy ones do|Nothing in the messages changed/)
  })
})
