import { expect, test } from '#e2e/fixtures.ts'
import { until } from '#e2e/processes.ts'
import { routes } from '#lib/domain/routes.ts'
import { dlqNameOf, QUEUE_NAMES } from '#world/queues.ts'
import type { World } from '#world/world.ts'
import { countDeadLetters } from './dead-letters.ts'
import { listWithout, peopleTold } from './people-told.ts'

const QUEUE = QUEUE_NAMES.profileCreated
const DLQ = dlqNameOf(QUEUE)
const SOON = { timeout: 45_000 }

test.use({
  worldOptions: {
    story: 'producer',
    dlq: true,
    speed: 8,
    traffic: false,
    shares: { noAddress: 0, testUser: 0.3, bounce: 0, scheduled: 0, aside: 0.3 },
  },
})

function isTest({ tisId }: { readonly tisId: string }): boolean {
  return tisId.startsWith('-')
}

/** Creates people one by one until some of them are real and at least one is a test user, whom nobody may count. */
async function createMixedPeople(world: World, realWanted: number): Promise<number> {
  const created = await world.createProfiles(realWanted)
  while (!created.some(isTest) || created.filter((person) => !isTest(person)).length < realWanted)
    created.push(...(await world.createProfiles(1)))
  return created.length
}

test('the producer’s fault with a dead-letter queue: what lands there stands under its queue, everywhere the same', async ({
  page,
  openPage,
  world,
  signIn,
  makeWall,
}) => {
  await signIn(page, 'Omar')
  const [wall, queuePage, dlqPage] = [await openPage(), await openPage(), await openPage()]
  await wall.goto(await makeWall('Kitchen'))
  await signIn(queuePage, 'Vera', routes.queue(QUEUE))
  await signIn(dlqPage, 'Rosa', routes.queue(DLQ))
  const sentence = page.getByRole('heading', { level: 1 })
  await world.createProfiles(3)
  await expect(sentence).toHaveText('Everyone has their onboarding e-mail.', SOON)
  const stage = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'profile-created' }) })
  await expect(stage).toContainText('0 dead letters')

  const expectDeadLetters = async (count: number): Promise<void> => {
    await expect(stage.getByRole('link', { name: `${count} dead letters` })).toBeVisible(SOON)
    await expect(sentence).toContainText(new RegExp(`${count} dead letters`), SOON)
    const now = queuePage.getByRole('region', { name: 'Now' })
    await expect(now.getByRole('definition').filter({ has: queuePage.getByRole('link') })).toHaveText(
      String(count),
      SOON,
    )
    await expect(dlqPage.getByRole('heading', { level: 1 })).toContainText(`${count} dead letters`, SOON)
    const tile = wall.locator('section').filter({ hasText: 'dead letters' }).filter({ hasText: 'profile-created' })
    await expect(tile.getByRole('paragraph').first()).toContainText(String(count), SOON)
    expect(countDeadLetters(world), 'what SQS itself holds').toBe(count)
  }

  let letters = 0
  await test.step('new messages are refused and become dead letters; old ones were processed', async () => {
    await world.faults.set('producer-adds-javatype', true)
    letters = await createMixedPeople(world, 5)
    await until('all to be dead letters', () => (countDeadLetters(world) === letters ? true : undefined), 60_000)
    await expectDeadLetters(letters)
    const without = listWithout(world)
    expect(without.length, 'test users do not count').toBeLessThan(letters)
    await expect
      .poll(async () => peopleTold((await sentence.textContent()) ?? ''), SOON)
      .toEqual({
        named: without.length,
        counted: 0,
      })
  })

  await test.step('they are found from the overview by their link, and the queue page says what goes there', async () => {
    await expect(queuePage.getByRole('region', { name: 'What watches this queue' })).toContainText(DLQ)
    await stage.getByRole('link', { name: `${letters} dead letters` }).click()
    await expect(page).toHaveURL(new RegExp(`${routes.queue(DLQ)}$`))
    await expect(page.getByRole('heading', { level: 1 })).toContainText(`${letters} dead letters`)
    await page.goBack()
    await expect(sentence).toContainText(`${letters} dead letters`)
  })

  await test.step('the producer put right, new messages flow; the dead letters stand until somebody moves them', async () => {
    await world.faults.set('producer-adds-javatype', false)
    const healthy = (await world.createProfiles(4)).map(({ tisId }) => tisId)
    await until(
      'the new people to have their e-mail',
      () => (listWithout(world).some((id) => healthy.includes(id)) ? undefined : world.record.countByStatus()['SENT']),
      30_000,
    )
    await world.settle()
    await expectDeadLetters(letters)
    await expect
      .poll(async () => peopleTold((await sentence.textContent()) ?? '').named, SOON)
      .toBe(listWithout(world).length)
  })
})
