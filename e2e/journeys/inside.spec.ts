import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { Locator } from '@playwright/test'
import { asSomebody } from '#e2e/as-somebody.ts'
import { expect, test } from '#e2e/fixtures.ts'
import { until } from '#e2e/processes.ts'
import { routes } from '#lib/domain/routes.ts'
import { dlqNameOf, QUEUE_NAMES } from '#world/queues.ts'
import type { World } from '#world/world.ts'
import { countDeadLetters } from './dead-letters.ts'

const QUEUE = QUEUE_NAMES.profileCreated
const DLQ = dlqNameOf(QUEUE)
const SOON = { timeout: 45_000 }
/** CloudWatch tells a minute after its end, and is then read. */
const COUNTED = { timeout: 150_000 }
const MINUTE_MS = 60_000
const [HEALTHY, STUCK, POISON] = [4, 6, 2]
const NO_SHARES = { noAddress: 0, testUser: 0, bounce: 0, scheduled: 0, aside: 0 }

test.use({ worldOptions: { story: 'producer', dlq: true, speed: 8, traffic: false, shares: NO_SHARES } })

/** Messages that no reader could process, put into the dead-letter queue by hand. */
async function poison(world: World): Promise<void> {
  await asSomebody(world, DLQ, async (sqs, QueueUrl) => {
    for (let sent = 0; sent < POISON; sent += 1)
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"orderId":null}' }))
  })
}

test('the cause is found by the difference of a group, and a group that is held stays when all others are redriven', async ({
  page,
  world,
  app,
  signIn,
  openPage,
}) => {
  test.setTimeout(480_000)
  await signIn(page, 'Omar')
  const inside = page.getByRole('region', { name: `Inside ${DLQ}` })
  // Of a queue that the inventory has not told yet there is no page.
  await expect(async () => {
    await page.goto(`${app.url}${routes.queue(DLQ)}`)
    await expect(inside).toBeVisible({ timeout: 2_000 })
  }).toPass(SOON)
  const marking = page.getByRole('button', { name: 'Note, owner, hold' })
  const groups = inside.getByRole('listitem').filter({ has: marking })
  await test.step('a look groups the dead letters and says how each group differs from healthy messages', async () => {
    await expect(inside).toContainText('Nobody has looked yet.', SOON)
    await world.createProfiles(HEALTHY)
    const healthyMs = Date.now()
    const isOver = (): true | undefined =>
      Math.floor(Date.now() / MINUTE_MS) > Math.floor(healthyMs / MINUTE_MS) ? true : undefined
    await until('the minute of the healthy messages to be over', isOver, MINUTE_MS + 1000)
    await world.faults.set('producer-adds-javatype', true)
    await world.createProfiles(STUCK)
    await until('all to be dead letters', () => (countDeadLetters(world) === STUCK ? true : undefined), 60_000)
    await poison(world)
    await inside.getByRole('button', { name: 'Look into the messages' }).click()
    await expect(groups).toHaveCount(2, SOON)
    await expect(groups.first()).toContainText(
      new RegExp(`${STUCK} of ${STUCK} stuck messages carry JavaType \\(String\\); 0 of ${HEALTHY} healthy ones do`),
    )
    await expect(groups.nth(1)).toContainText('body with orderId')
    await expect(inside).toContainText(/Omar .* read all 8 messages; as of \d\d:\d\d (GMT|BST)/)
    await expect(inside, 'the answer to the look shows messages without what they say').toContainText('•••')
    expect(countDeadLetters(world), 'a look takes nothing away').toBe(STUCK + POISON)
  })

  await test.step('a note, a hold and a ticket stand with the group; an address that is none is refused by name', async () => {
    const group = groups.nth(1)
    await group.getByRole('button', { name: 'Note, owner, hold' }).click()
    await group.getByLabel(/^Note for everybody/).fill('No reader knows these.')
    await group.getByLabel(/^Ticket/).fill('TIS21-6763')
    await group.getByLabel(/^Hold/).check()
    await group.getByRole('button', { name: 'Keep' }).click()
    await expect(group.getByRole('alert')).toHaveText('“Ticket”: is not an http(s) address', SOON)
    await group.getByLabel(/^Ticket/).fill('https://tickets.example.org/TIS21-6763')
    await group.getByRole('button', { name: 'Keep' }).click()
    await expect(group).toContainText('Held: a redrive of all leaves these where they are.', SOON)
    const html = await (await page.request.get(page.url())).text()
    for (const told of ['tickets.example.org/TIS21-6763', 'No reader knows these.', 'carry'])
      expect(html, 'in the first HTML').toContain(told)
  })

  await test.step('a viewer sees the groups and cannot look or mark', async () => {
    const other = await openPage()
    await signIn(other, 'Vera', routes.queue(DLQ))
    await expect(other.getByText('Held: a redrive of all leaves')).toBeVisible(SOON)
    await expect(other.getByRole('button', { name: 'Look again' })).toBeDisabled()
    await expect(other.getByRole('button', { name: 'Note, owner, hold' }).first()).toBeDisabled()
    await other.close()
  })

  await test.step('the redrive of all moves the others and leaves the held ones', async () => {
    await world.faults.set('producer-adds-javatype', false)
    await page.getByRole('checkbox', { name: 'JavaType' }).check()
    await page.getByRole('button', { name: 'Plan the redrive' }).click()
    await page.getByRole('button', { name: /^Start R-1 with one message$/ }).click(SOON)
    await expect(page.getByRole('heading', { level: 1 })).toContainText(`${STUCK} consumed`, COUNTED)
    expect(countDeadLetters(world)).toBe(POISON)
  })

  await test.step('what is left is archived before it expires, and restored as it was', async () => {
    await page.goto(`${app.url}${routes.queue(DLQ)}`)
    const archive = page.getByRole('region', { name: 'Archive' })
    await archive.getByLabel('Which messages').selectOption({ index: await heldIndex(archive) })
    await archive.getByLabel('Why').fill('They expire on Friday.')
    await archive.getByRole('button', { name: /^Archive G-/ }).click()
    await archive.getByRole('button', { name: /^Take all of G-/u }).click()
    await expect(archive).toContainText(`A-1: ${POISON} messages kept.`, COUNTED)
    expect(countDeadLetters(world)).toBe(0)
    await archive.getByRole('button', { name: `Restore ${POISON} messages` }).click()
    await expect(archive).toContainText(`A-1: ${POISON} messages kept, ${POISON} restored.`, COUNTED)
    expect(countDeadLetters(world)).toBe(POISON)
  })
})

/** The choice of the group that is held: the second of the two that the look saw. */
async function heldIndex(archive: Locator): Promise<number> {
  await expect(archive.getByRole('option')).toHaveCount(3)
  return 2
}
