import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { APIRequestContext, Page } from '@playwright/test'
import { callAction, type ActionAnswer } from '#e2e/call-action.ts'
import { asSomebody } from '#e2e/as-somebody.ts'
import { expect, test } from '#e2e/fixtures.ts'
import { readView, signInOverHttp } from '#e2e/http-session.ts'
import { until } from '#e2e/processes.ts'
import { routes } from '#lib/domain/routes.ts'
import { dlqNameOf, QUEUE_NAMES, sideQueueNames } from '#world/queues.ts'
import type { World } from '#world/world.ts'
import { countDeadLetters } from './dead-letters.ts'
import { processedBy } from './queue-log.ts'
import { untilRead } from './until-read.ts'
import { pressAtOnce } from './press-at-once.ts'
import { readAudit } from './read-audit.ts'

const DLQ = dlqNameOf(QUEUE_NAMES.profileCreated)
const SIDE_DLQ = dlqNameOf(sideQueueNames(1)[0] ?? '')
const STUCK = 6

test.use({
  redriveSettings: { approval: [{ queues: SIDE_DLQ }] },
  worldOptions: {
    speed: 8,
    traffic: false,
    past: false,
    dlq: true,
    faults: ['producer-adds-javatype'],
    shares: { noAddress: 0, testUser: 0, bounce: 0, scheduled: 0, aside: 0 },
  },
})

/** Names of the buttons that a page lets one press, of those that change something about the incident or its redrive. */
async function verbsOn(page: Page): Promise<string[]> {
  const buttons = page.getByRole('main').getByRole('button', { disabled: false })
  const verbs = /^(Acknowledge|Write|Resolve|Look|Plan|Re-sync|Ask|Start|Approve|Pause|Go on|Stop|Discard)/
  return (await buttons.allTextContents()).filter((text) => verbs.test(text))
}

/** By the sandbox's own queues and log: every profile's message lies in one of the two queues, or the consumer has processed it. */
function isAllThere(world: World): boolean {
  const { visible, notVisible } = world.sqs.store.measure(QUEUE_NAMES.profileCreated)
  const processed = processedBy(world, 'sync', QUEUE_NAMES.profileCreated).length
  return countDeadLetters(world) + visible + notVisible + processed === STUCK
}

/** Somebody's tool puts a message straight into a dead-letter queue outside of the flow: an incident of its own. */
async function sendDeadLetter(world: World): Promise<void> {
  await asSomebody(world, SIDE_DLQ, (sqs, QueueUrl) =>
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' })),
  )
}

interface ShownIncidents {
  readonly open: readonly { readonly number: number; readonly name: string; readonly title: string }[]
}

/** A server action by the name of its export, and what it is called with. */
type Call = readonly [name: string, input: unknown]

/** Calls that read, hide, move or delete messages of a dead-letter queue, or ask again for somebody's data. */
const MOVING = /(ReceiveMessage|ChangeMessageVisibility|DeleteMessage)\w* .*-dlq"|SendMessage/

/** `startRedrive` as the audit calls it. */
function auditName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function refusal(need: string, have: string) {
  return { ok: false, error: { code: 'forbidden', message: `This needs the role ${need}; yours is ${have}.` } }
}

function messageOf(answer: ActionAnswer | undefined): string {
  return answer === undefined || answer.ok ? 'it was done' : answer.error.message
}

function planOf(queue: string, incident: number) {
  return { queue, removeAttributes: ['JavaType'], incident }
}

test('who may not is refused by the server itself, of two at once one wins and the other hears who, and all of it is in the audit', async ({
  page,
  openPage,
  world,
  app,
  signIn,
}) => {
  test.setTimeout(300_000)
  const [vera, rosa, omar, ada] = await Promise.all(
    (['vera', 'rosa', 'omar', 'ada'] as const).map((person) => signInOverHttp(app, person)),
  )
  if (vera === undefined || rosa === undefined || omar === undefined || ada === undefined)
    throw new Error('no sessions')
  const act = (session: APIRequestContext, name: string, input: unknown) => callAction(app, session, name, input)
  await sendDeadLetter(world)
  await world.createProfiles(STUCK)
  await until('all to be dead letters', () => (countDeadLetters(world) === STUCK ? true : undefined), 60_000)
  const incidents = await until(
    'both incidents',
    async () => {
      const { open } = await readView<ShownIncidents>(omar, 'incidents')
      return open.length === 2 ? open : undefined
    },
    60_000,
  )
  const side = incidents.find(({ title }) => title.includes(SIDE_DLQ))
  const flow = incidents.find((each) => each !== side)
  if (side === undefined || flow === undefined) throw new Error(JSON.stringify(incidents))

  const forOperators: readonly Call[] = [
    ['planRedrive', planOf(DLQ, flow.number)],
    ['startRedrive', { id: 1 }],
    ['pauseRedrive', { id: 1 }],
    ['resumeRedrive', { id: 1 }],
    ['approveRedrive', { id: 1 }],
    ['stopRedrive', { id: 1 }],
    ['startResync', { incident: flow.number }],
  ]
  const forResponders: readonly Call[] = [
    ['lookIntoQueue', { queue: DLQ }],
    ['acknowledgeIncident', { number: flow.number }],
    ['addIncidentNote', { number: flow.number, text: 'It is nothing.' }],
    ['resolveIncident', { number: flow.number, reason: 'It is nothing.' }],
  ]
  await test.step('over HTTP a viewer and a responder are refused, and nothing happens', async () => {
    expect(await act(omar, 'planRedrive', planOf(DLQ, flow.number))).toMatchObject({ data: { id: 1, name: 'R-1' } })
    const { lastSeq } = world.log
    for (const [name, input] of forOperators) {
      expect(await act(vera, name, input), name).toEqual(refusal('operator', 'viewer'))
      expect(await act(rosa, name, input), name).toEqual(refusal('operator', 'responder'))
    }
    for (const [name, input] of forResponders)
      expect(await act(vera, name, input), name).toEqual(refusal('responder', 'viewer'))
    const calls = world.log.list({ service: 'sqs', caller: 'spillway', afterSeq: lastSeq })
    const moving = calls.filter(({ operation, request }) => MOVING.test(`${operation} ${JSON.stringify(request)}`))
    expect(moving, 'calls by which messages are read or moved').toEqual([])
    expect(await readView(omar, 'redrive', { name: 'R-1' })).toMatchObject({ state: 'planned' })
    expect(countDeadLetters(world)).toBe(STUCK)
  })

  const [rosaPage, adaPage] = [await openPage(), await openPage()]
  await test.step('their pages give them no button for it, and say why', async () => {
    await signIn(page, 'Vera', routes.incident(flow.name))
    await signIn(rosaPage, 'Rosa', routes.incident(flow.name))
    for (const path of [routes.incident(flow.name), routes.redrive('R-1'), routes.queue(DLQ)]) {
      for (const [open, role] of [
        [page, 'viewer'],
        [rosaPage, 'responder'],
      ] as const) {
        await open.goto(`${app.url}${path}`)
        await untilRead(open)
        await expect(open.getByText(`This needs the role operator; yours is ${role}.`).first()).toBeVisible()
      }
      expect(await verbsOn(page), `what a viewer can press at ${path}`).toEqual([])
      const pressable = (await verbsOn(rosaPage)).join(' ')
      expect(pressable, `what a responder can press at ${path}`).not.toMatch(/Plan|Re-sync|Start|Discard/)
    }
  })

  await test.step('of two who acknowledge at once one wins, and the other hears who', async () => {
    await rosaPage.goto(`${app.url}${routes.incident(flow.name)}`)
    await signIn(adaPage, 'Ada', routes.incident(flow.name))
    const said = await pressAtOnce([rosaPage, adaPage], `Acknowledge ${flow.name}`)
    expect(said).toMatch(
      new RegExp(`^${flow.name} was acknowledged by (Rosa Adeyemi|Ada Whitcombe) at \\d\\d:\\d\\d\\.$`),
    )
    const winner = /by (\w+ \w+)/.exec(said)?.[1] ?? ''
    for (const open of [rosaPage, adaPage, page])
      await open
        .goto(`${app.url}${routes.incident(flow.name)}`)
        .then(() => expect(open.getByText(`${winner} acknowledged it at`)).toBeVisible())

    const answers = await Promise.all(
      [rosa, ada].map((session) => act(session, 'acknowledgeIncident', { number: side.number })),
    )
    expect(answers.map(({ ok }) => ok).toSorted()).toEqual([false, true])
    const first = answers[0]?.ok === true ? 'Rosa Adeyemi' : 'Ada Whitcombe'
    expect(messageOf(answers.find(({ ok }) => !ok))).toContain(`${side.name} was acknowledged by ${first} at `)
  })

  await test.step('of two who start a redrive at once one wins, and the other hears who', async () => {
    const planAgain = async () => ((await act(ada, 'planRedrive', planOf(DLQ, flow.number))).ok ? true : undefined)
    await until('a second plan', planAgain, 20_000, 1000)
    const omarPage = await openPage()
    await signIn(omarPage, 'Omar', routes.redrive('R-1'))
    await adaPage.goto(`${app.url}${routes.redrive('R-1')}`)
    const said = await pressAtOnce([omarPage, adaPage], 'Start R-1 with one message')
    expect(said).toMatch(/^R-1 cannot do that now: it is .+, started by (Omar Haddad|Ada Whitcombe)\.$/)
    const winner = /started by (\w+ \w+)/.exec(said)?.[1] ?? ''
    for (const open of [omarPage, adaPage])
      await expect(open.getByRole('region', { name: 'The plan' })).toContainText(new RegExp(`Started.* by ${winner}`))

    expect(await act(omar, 'pauseRedrive', { id: 1 })).toMatchObject({ data: { state: 'paused' } })
    expect(messageOf(await act(ada, 'startRedrive', { id: 2 }))).toBe(
      `R-1 has the queue ${DLQ}: it is paused, started by ${winner}.`,
    )
    expect((await act(ada, 'resumeRedrive', { id: 1 })).ok).toBe(true)
    expect(await act(omar, 'stopRedrive', { id: 1 })).toMatchObject({ data: { state: 'stopped' } })
    await until('each message to be a dead letter, in its source or processed', () =>
      isAllThere(world) ? true : undefined,
    )

    const answers = await Promise.all([omar, ada].map((session) => act(session, 'startRedrive', { id: 2 })))
    expect(answers.map(({ ok }) => ok).toSorted()).toEqual([false, true])
    const first = answers[0]?.ok === true ? 'Omar Haddad' : 'Ada Whitcombe'
    expect(messageOf(answers.find(({ ok }) => !ok))).toContain(`started by ${first}.`)
  })

  await test.step('where the settings ask for a second person, the one who planned it waits for another', async () => {
    expect(await act(omar, 'planRedrive', { queue: SIDE_DLQ })).toMatchObject({ data: { name: 'R-3' } })
    expect(messageOf(await act(omar, 'startRedrive', { id: 3 }))).toContain('R-3 waits for a second person.')
    expect(messageOf(await act(omar, 'approveRedrive', { id: 3 }))).toContain('You planned R-3, so another operator')
    const omarPage = await openPage()
    await signIn(omarPage, 'Omar', routes.redrive('R-3'))
    await expect(omarPage.getByText('You cannot approve your own plan')).toBeVisible()
    await expect(omarPage.getByRole('button', { name: 'Approve R-3' })).toHaveCount(0)
    const start = omarPage.getByRole('button', { name: 'Start R-3 with one message' })
    await expect(start).toBeDisabled()
    await page.goto(`${app.url}${routes.redrive('R-3')}`)
    await untilRead(page)
    expect(await verbsOn(page), 'what a viewer can press').toEqual([])
    await adaPage.goto(`${app.url}${routes.redrive('R-3')}`)
    await expect(adaPage.getByText('Omar Haddad planned it, so any other operator or admin is asked')).toBeVisible()
    await adaPage.getByRole('button', { name: 'Approve R-3' }).click()
    await expect(adaPage.getByText('Approved by Ada Whitcombe at')).toBeVisible({ timeout: 60_000 })
    await omarPage.goto(`${app.url}${routes.redrive('R-3')}`)
    await expect(omarPage.getByText('Approved by Ada Whitcombe at')).toBeVisible()
    await start.click()
    await expect(omarPage.getByRole('region', { name: 'The plan' })).toContainText(/Started.* by Omar Haddad/)
    await omarPage.goto('about:blank')
  })

  await test.step('each refusal and each action is in the audit, with what it was about', async () => {
    for (const session of [vera, rosa, omar, ada]) await session.dispose()
    for (const open of [page, rosaPage, adaPage]) await open.goto('about:blank')
    const audit = await readAudit(app)
    const of = (person: string, code: string) =>
      audit
        .filter(({ actor, detail }) => actor === `person:${person}` && detail['code'] === code)
        .map(({ action }) => action)
    expect(of('vera', 'forbidden')).toEqual([...forOperators, ...forResponders].map(([name]) => auditName(name)))
    expect(of('rosa', 'forbidden')).toEqual(forOperators.map(([name]) => auditName(name)))
    expect(audit).toContainEqual(
      expect.objectContaining({
        actor: 'person:rosa',
        action: 'start-redrive',
        result: 'refused',
        detail: { redrive: 'R-1', code: 'forbidden' },
      }),
    )
    const counts = (action: string) => {
      const rows = audit.filter((row) => row.action === action && row.detail['code'] !== 'forbidden')
      return rows.map(({ result, detail }) => `${String(detail['incident'] ?? detail['redrive'])} ${result}`).toSorted()
    }
    const twice = [flow, side].flatMap(({ name }) => [`${name} done`, `${name} refused`]).toSorted()
    expect(counts('acknowledge-incident')).toEqual(twice)
    expect(counts('start-redrive')).toEqual([
      'R-1 done',
      'R-1 refused',
      'R-2 done',
      'R-2 refused',
      'R-2 refused',
      'R-3 done',
      'R-3 refused',
    ])
    expect(counts('pause-redrive')).toEqual(['R-1 done'])
    expect(counts('resume-redrive')).toEqual(['R-1 done'])
    expect(counts('stop-redrive')).toEqual(['R-1 done'])
    expect(counts('approve-redrive')).toEqual(['R-3 done'])
    expect(audit.filter(({ action, result }) => action === 'plan-redrive' && result === 'done')).toHaveLength(3)
  })
})
