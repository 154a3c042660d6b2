import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { expect, test } from '#e2e/fixtures.ts'
import { routes } from '#lib/domain/routes.ts'
import { NO_ADDRESS_DETAIL } from '#world/history-event.ts'
import { connectSqs } from '#world/services/connect-sqs.ts'
import { outcomeBody, tellOutcome } from './told-outcome.ts'

/** A reading of each source, what comes of it, and a machine that does much else. */
const SOON = { timeout: 60_000 }
const SHELVED = [1, 2, 3]

const shelved = (id: number): string => outcomeBody(id, { status: 'SHELVED', statusDetail: NO_ADDRESS_DETAIL })

test.use({ worldOptions: { traffic: false, past: false } })

test('messages that are not understood wait, hold up nothing, and are taken in after a fix', async ({
  page,
  openPage,
  world,
  app,
  signIn,
}) => {
  test.setTimeout(240_000)
  const sentence = page.getByRole('heading', { level: 1 })
  const waiting = page.getByRole('region', { name: 'Not understood' })
  const client = connectSqs(world.endpoints.sqs, 'notifications')
  await signIn(page, 'Omar', routes.emails())

  await test.step('what follows a message that is not understood is counted, and the page says what waits', async () => {
    for (const id of SHELVED) await tellOutcome(client, world, id, shelved(id))
    await tellOutcome(client, world, 4, '{"half a mess')
    await tellOutcome(client, world, 5, outcomeBody(5, { status: 'SENT' }))
    await expect(page.getByRole('region', { name: 'Notifications over time' })).toContainText(
      'delivered1delivered',
      SOON,
    )
    await page.getByRole('link', { name: /4 messages/ }).click()
    await page.waitForURL(`**${routes.quarantine()}`)
    await expect(sentence).toContainText('4 messages were not understood and wait in quarantine', SOON)
    await expect(waiting.getByRole('row')).toHaveCount(5)
    await expect(waiting).toContainText('status SHELVED is not a status that Spillway knows')
  })

  await test.step('their looks are shown with every value hidden; a responder cannot try them again', async () => {
    const rosa = await openPage()
    await signIn(rosa, 'Rosa', routes.quarantine())
    const seen = rosa.getByRole('region', { name: 'Not understood' })
    await seen.getByText('The message, values hidden').nth(1).click()
    await expect(seen.locator('pre').nth(1)).toContainText('"recipient"')
    const text = await rosa.content()
    expect(SHELVED.filter((id) => text.includes(String(880_000 + id)) || text.includes(`trainee${id}@`))).toEqual([])
    await expect(seen.getByRole('button', { name: /again/ })).toBeDisabled()
    await rosa.close()
  })

  await test.step('tried again before the fix they stay', async () => {
    await waiting.getByRole('button', { name: 'Try these 4 again' }).click()
    await expect(waiting.locator('output')).toHaveText('0 understood now, 4 still not understood.', SOON)
    await expect(waiting.getByText(/tried again once/)).toHaveCount(4, SOON)
  })

  await test.step('once the settings explain the status they are read, and count as what they tell', async () => {
    await app.stop()
    const { sources, ...settings } = world.settings
    const outcomes = sources?.['email-outcomes']
    if (outcomes === undefined) throw new Error('the sandbox has a queue of outcomes')
    const taught = { ...sources, 'email-outcomes': { ...outcomes, statuses: { SHELVED: 'failed' } } }
    writeFileSync(join(app.folder, 'spillway.yaml'), stringify({ ...settings, sources: taught }))
    await app.start()
    await page.reload()
    await waiting.getByRole('button', { name: 'Try these 4 again' }).click()
    await expect(waiting.locator('output')).toHaveText('3 understood now, 1 still not understood.', SOON)
    await expect(sentence).toContainText('1 message was not understood', SOON)
    await expect(waiting.getByRole('row')).toHaveCount(2)
    await page.goto(`${app.url}${routes.emails()}`)
    await expect(page.getByRole('region', { name: 'People without their e-mail' })).toContainText(
      'their e-mail failed3',
      SOON,
    )
    await expect(page.getByRole('region', { name: 'Why e-mails failed' })).toContainText('no e-mail address')
  })
  client.destroy()
})
