import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { Page } from '@playwright/test'
import { asSomebody } from '#e2e/as-somebody.ts'
import { expect, test } from '#e2e/fixtures.ts'
import { signInOverHttp } from '#e2e/http-session.ts'
import { until } from '#e2e/processes.ts'
import { routes } from '#lib/domain/routes.ts'
import { dlqNameOf, QUEUE_NAMES } from '#world/queues.ts'
import type { World } from '#world/world.ts'
import { countDeadLetters } from './dead-letters.ts'
import { listWithout } from './people-told.ts'
import { expectToldOnce, rootMessages } from './told-in-slack.ts'
import { untilRead } from './until-read.ts'
import { firstShown, watchText } from './watch-text.ts'

const DLQ = dlqNameOf(QUEUE_NAMES.profileCreated)
const EVERYONE = 'Everyone has their onboarding e-mail.'
const SOON = { timeout: 45_000 }
/** CloudWatch tells a minute after its end, and is then read. */
const COUNTED = { timeout: 150_000 }
/** Too few to be seen as a leak: the dead letters are the only sign. */
const LOST = 4

/** On a machine so busy that a reading takes a minute, those who are without are known first. */
const SAYS_WHY = /^INC-1 stays open: |people are without/

test.use({
  worldOptions: {
    story: 'producer',
    dlq: true,
    speed: 6,
    traffic: false,
    shares: { noAddress: 0, testUser: 0, bounce: 0, scheduled: 0, aside: 0 },
  },
})

/** Keeps each person's first programme membership back, as a slow upstream does: nobody hears of them. Gives what lets them go. */
function holdMemberships(world: World, ids: ReadonlySet<string>): () => void {
  const held = new Set<string>()
  const { promise, resolve } = Promise.withResolvers<void>()
  const remove = world.sqs.faults.onBefore('SendMessage', async ({ queue, request }) => {
    if (queue !== QUEUE_NAMES.membershipUpdated) return
    const about = [...ids].find((id) => String(request['MessageBody']).includes(`"${id}"`))
    if (about === undefined || held.has(about)) return
    held.add(about)
    await promise
  })
  return () => {
    remove()
    resolve()
  }
}

/** Somebody empties the dead-letter queue past Spillway, with a tool of their own. */
async function deleteOutside(world: World): Promise<void> {
  await asSomebody(world, DLQ, (sqs, QueueUrl) =>
    until('the dead-letter queue to be empty', async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
      for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
      return countDeadLetters(world) === 0 ? true : undefined
    }),
  )
}

/** The rows of the incident's table of people, by reference. */
async function listedPeople(page: Page): Promise<string[]> {
  const rows = page.getByRole('region', { name: 'People', exact: true }).locator('tbody td:first-child')
  return (await rows.allTextContents()).toSorted()
}

test('dead letters that are deleted outside of Spillway end nothing: the incident stays open until everybody has their e-mail', async ({
  page,
  openPage,
  world,
  app,
  signIn,
  makeWall,
}) => {
  test.setTimeout(420_000)
  const session = await signInOverHttp(app, 'ada')
  const [wall, incident] = [await openPage(), await openPage()]
  await signIn(page, 'Omar')
  await wall.goto(await makeWall('Kitchen'))
  const boards = [page, wall].map((open) => ({ open, sentence: open.getByRole('heading', { level: 1 }) }))
  await world.createProfiles(3)
  for (const { sentence } of boards) await expect(sentence).toHaveText(EVERYONE, SOON)

  const lost = new Set<string>()
  const letGo = holdMemberships(world, lost)
  await world.faults.set('producer-adds-javatype', true)
  for (const { tisId } of await world.createProfiles(LOST)) lost.add(tisId)
  await world.faults.set('producer-adds-javatype', false)
  await until('all to be dead letters', () => (countDeadLetters(world) === LOST ? true : undefined), 60_000)
  for (const { sentence } of boards) await expect(sentence).toContainText(`${LOST} dead letters wait`, SOON)
  await signIn(incident, 'Rosa', routes.incident('INC-1'))
  const told = incident.getByRole('heading', { level: 1 })
  const watched = await Promise.all([page, wall].map((open) => watchText(open, 'h1')))

  await test.step('the queue looks well, and no page does: nothing shows what became of the messages', async () => {
    await deleteOutside(world)
    // The next ones are processed, which says nothing of those that are gone.
    await world.createProfiles(3)
    await expect(incident.getByRole('region', { name: 'What it shows itself by' })).toContainText('over', COUNTED)
    await expect(told).toContainText('It stays open: ', SOON)
    await expect(told).toHaveAttribute('data-truth', 'healing')
    for (const shown of watched)
      await until(
        'why it is not over',
        async () => firstShown(await shown(), (text) => SAYS_WHY.test(text)),
        SOON.timeout,
      )
  })

  await test.step('those whose messages are gone are the incident’s, and it says that it waits for them', async () => {
    await until('the record to count them', () => (listWithout(world).length === LOST ? true : undefined), 120_000)
    expect(listWithout(world)).toEqual([...lost].toSorted())
    await expect(incident.getByRole('region', { name: 'How it stands' })).toContainText(
      `It ends by itself, on evidence. It is open because ${LOST} people are still without their onboarding e-mail.`,
      COUNTED,
    )
    await expect(told).toContainText(`${LOST} people without their onboarding e-mail.`)
    await expect(told).toHaveAttribute('data-truth', 'healing')
    await expect(incident.getByRole('region', { name: 'People', exact: true })).toContainText(
      `0 of ${LOST} people have their e-mail`,
    )
    for (const { open, sentence } of boards) {
      await expect(sentence).toContainText(`${LOST} people are without their onboarding e-mail`, SOON)
      await expect(open).not.toHaveTitle(/All well/)
    }
    await expect(page.getByRole('region', { name: 'Needs a hand' })).toContainText('INC-1')
    for (const shown of watched) expect((await shown()).map(({ text }) => text)).not.toContain(EVERYONE)
    expect(rootMessages(world).map(({ text }) => text)).toEqual([expect.not.stringMatching(/Resolved/)])
  })

  await test.step('their data asked for again, they get their e-mail, and only then it is over', async () => {
    await page.goto(`${app.url}${routes.incident('INC-1')}`)
    await untilRead(page)
    expect(await listedPeople(page), 'an operator reads who they are').toEqual([...lost].toSorted())
    await page.getByRole('button', { name: `Re-sync ${LOST} people` }).click()
    await page.getByRole('button', { name: `Ask again for ${LOST} people now` }).click()
    await until('the record to name nobody', () => (listWithout(world).length === 0 ? true : undefined), 60_000)
    await expect(page.getByRole('region', { name: 'How it stands' })).toContainText(
      new RegExp(`Over on evidence: .*all ${LOST} people affected have their onboarding e-mail.`),
      COUNTED,
    )
    await expect(wall.getByRole('heading', { level: 1 })).toHaveText(EVERYONE, SOON)
    await expectToldOnce(world, session, ['INC-1'])
  })
  letGo()
  await session.dispose()
})
