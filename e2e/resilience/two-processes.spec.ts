import { callAction } from '#e2e/call-action.ts'
import { differences, listOutcomes } from '#e2e/chaos/outcomes-agree.ts'
import { redriveFaults, type ShownRedrive } from '#e2e/chaos/redrive-ledger-agrees.ts'
import { readIncidents, untilToldOnce } from '#e2e/chaos/shown-incidents.ts'
import type { App, AppOptions } from '#e2e/app.ts'
import { readView, signInOverHttp } from '#e2e/http-session.ts'
import { freePort, startNode, until } from '#e2e/processes.ts'
import type { PostgresServer } from '#lib/testing/postgres-server.ts'
import { QUEUE_NAMES } from '#world/queues.ts'
import type { World } from '#world/world.ts'
import { callDifferences, countCalls, untilSteady } from './count-calls.ts'
import { hands, planHealing, redriveCalls, ROAD, strikeSender } from './heal-together.ts'
import { untilAllSeen } from './read-pages.ts'
import { BEAT_MS, expect, SQS_BEAT_MS, test } from './test.ts'
import { watchLongPolls } from './watch-long-polls.ts'

const INTERVALS = 10
const HANDED_OVER_MS = 15_000

/** Starts Spillway in several processes on one database; each signs its calls to AWS with a name of its own. */
async function startTogether(
  names: readonly string[],
  {
    makeApp,
    world,
    databaseUrl,
  }: { makeApp: (options: AppOptions) => Promise<App>; world: World; databaseUrl: string },
): Promise<App[]> {
  const apps: App[] = []
  for (const name of names) {
    const env = { ...world.env, AWS_ACCESS_KEY_ID: name }
    const app = await makeApp({ env, settings: world.settings, databaseUrl })
    await app.start()
    apps.push(app)
  }
  return apps
}

/** How the process that moves messages goes away: for good, or only until the other has taken over. */
const ENDS = [
  { how: 'killed', strike: (app: App) => app.stop('SIGKILL'), wake: () => {} },
  { how: 'frozen', strike: (app: App) => signal(app, 'SIGSTOP'), wake: (app: App) => signal(app, 'SIGCONT') },
] as const

function signal(app: App, name: NodeJS.Signals): void {
  app.process()?.child.kill(name)
}

/** Where it lives: it answers again, so that it has gone on from where it stood still. */
async function untilAwake(app: App): Promise<void> {
  if (app.process() === null) return
  await until('the process that stood still to answer', async () =>
    (await fetch(`${app.url}/api/health`)).ok ? true : undefined,
  )
}

async function databaseOf(postgres: PostgresServer | null): Promise<string> {
  if (postgres === null) throw new Error('This test needs PostgreSQL.')
  return postgres.createDatabase()
}

test.describe('on one PostgreSQL', () => {
  test.skip(({ postgres }) => postgres === null, 'several processes share a PostgreSQL only')

  test('two processes ask the upstreams no more than one does', async ({ postgres, openWorld, makeApp }) => {
    test.setTimeout(330_000)
    const [alone, shared] = [await openWorld(), await openWorld()]
    const worlds = [alone, shared]
    const polls = watchLongPolls(shared)
    await Promise.all([
      startTogether(['spillway'], { makeApp, world: alone, databaseUrl: await databaseOf(postgres) }),
      startTogether(['spillway', 'spillway-2'], { makeApp, world: shared, databaseUrl: await databaseOf(postgres) }),
    ])
    await Promise.all(worlds.map((world) => untilSteady(world, BEAT_MS)))
    const fromMs = Date.now()
    const [one, two] = await Promise.all(
      worlds.map((world) => countCalls(world, { fromMs, intervals: INTERVALS, beatMs: BEAT_MS })),
    )
    expect(one?.['sqs ListQueues'], 'readings in ten intervals').toBe(INTERVALS)
    expect(Object.keys(one ?? {}).length, 'operations that were counted').toBeGreaterThanOrEqual(5)
    expect(callDifferences(one ?? {}, two ?? {})).toEqual([])
    expect(polls.most()).toEqual({
      [QUEUE_NAMES.outcomes]: 1,
      [QUEUE_NAMES.profilesTap]: 1,
      [QUEUE_NAMES.profileCreatedTap]: 1,
    })
  })

  test('a killed process is replaced by the other', async ({ postgres, world, makeApp }) => {
    const [first, second] = await startTogether(['spillway', 'spillway-2'], {
      makeApp,
      world,
      databaseUrl: await databaseOf(postgres),
    })
    if (first === undefined || second === undefined) throw new Error('There are two processes.')
    const session = await signInOverHttp(second, 'omar')
    await untilAllSeen(session)
    const callsOf = (caller: string, afterSeq = 0) => world.log.list({ caller, afterSeq })
    expect(callsOf('spillway').length, 'calls of the process that has the leases').toBeGreaterThan(0)
    expect(callsOf('spillway-2').length, 'calls of the one that waits').toBe(0)

    const { lastSeq } = world.log
    const killedMs = Date.now()
    await first.stop('SIGKILL')
    const driven = world.createProfiles(5)
    const taken = async (what: string, operation: string, beatMs: number): Promise<number> => {
      const call = await until(
        `the other process to read ${what}`,
        () => callsOf('spillway-2', lastSeq).find((each) => each.operation === operation),
        Math.max(2 * beatMs, HANDED_OVER_MS) + 1_000,
      )
      return call.at - killedMs
    }
    const [depth, outcomes, metrics] = await Promise.all([
      taken('depths', 'ListQueues', SQS_BEAT_MS),
      // A long poll is logged when it is answered, and these five people answer it.
      taken('outcomes', 'ReceiveMessage', SQS_BEAT_MS),
      taken('metrics', 'GetMetricData', BEAT_MS),
    ])
    expect(depth).toBeLessThanOrEqual(Math.max(2 * SQS_BEAT_MS, HANDED_OVER_MS))
    expect(outcomes).toBeLessThanOrEqual(HANDED_OVER_MS)
    expect(metrics).toBeLessThanOrEqual(2 * BEAT_MS)
    await driven
    await world.settle()
    await untilAllSeen(session)
    await until(
      'every outcome to be shown',
      async () => differences(world, (await listOutcomes(session)).rows).length === 0 || undefined,
    )
    await session.dispose()
  })

  for (const { how, strike, wake } of ENDS)
    test(`one process heals at a time; ${how} in the middle of a redrive, the other goes on and shows what nobody knows`, async ({
      postgres,
      world,
      makeApp,
      page,
    }) => {
      const apps = await startTogether(['spillway', 'spillway-2'], {
        makeApp,
        world,
        databaseUrl: await databaseOf(postgres),
      })
      const [first, second] = apps
      if (first === undefined || second === undefined) throw new Error('There are two processes.')
      const appOf = (caller: string): App => (caller === 'spillway' ? first : second)
      const session = await signInOverHttp(first, 'omar')
      const { id, bodies } = await planHealing(world, first, session)

      const { lastSeq } = world.log
      // The first batch is one message; the second is sent once its fate is known.
      const striking = strikeSender(world, 2, (caller) => strike(appOf(caller)))
      expect(await callAction(first, session, 'startRedrive', { id })).toMatchObject({ ok: true })
      const struck = await striking
      await session.dispose()
      const other = struck.caller === 'spillway' ? 'spillway-2' : 'spillway'
      const taken = await until(
        'the other process to go on',
        () => redriveCalls(world, lastSeq).find(({ caller }) => caller === other),
        HANDED_OVER_MS + 1_000,
      )
      expect(taken.at - struck.atMs).toBeLessThanOrEqual(HANDED_OVER_MS)
      // While the other is at it.
      wake(appOf(struck.caller))

      const left = await signInOverHttp(appOf(other), 'omar')
      const shown = await until(
        'the redrive to be moved by itself',
        async () => {
          const redrive = await readView<ShownRedrive>(left, 'redrive', { name: `R-${id}` })
          return redrive.state === 'verifying' || redrive.state === 'done' ? redrive : undefined
        },
        90_000,
        500,
      )
      await untilAwake(appOf(struck.caller))
      expect(hands(redriveCalls(world, lastSeq)), 'no step was done by both at once').toEqual([struck.caller, other])
      expect(redriveFaults(world, shown, { ...ROAD, bodies })).toEqual([])
      expect(shown.counts.moved).toBe(bodies.length)
      const unknown = shown.counts.possibleDuplicates
      expect(unknown, 'the batch that was under way').toBeGreaterThan(0)
      await untilToldOnce(world, () => readIncidents(left), 60_000)

      await page.goto(`${appOf(other).url}/redrives/R-${id}`)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('button', { name: /Omar/ }).click()
      await expect(page.getByText('possible duplicate: sent again after an unknown end')).toHaveCount(unknown)
      await left.dispose()
    })
})

test('a second process on one embedded store is refused in one clear line, and the first goes on', async ({
  app,
  session,
  postgres,
}) => {
  test.skip(postgres !== null, 'the embedded store is for one process')
  await untilAllSeen(session)
  const port = String(await freePort())
  const second = startNode(['--conditions=react-server', 'commands/start.ts'], { ...app.env, PORT: port })
  await until('the second process to end', () => second.child.exitCode ?? undefined)
  expect(second.child.exitCode).not.toBe(0)
  const pid = app.process()?.child.pid
  const told = second.lines.filter((line) => line.includes(`is in use by process ${pid} on this machine`))
  expect(told.length, second.lines.join('\n')).toBeGreaterThan(0)
  expect(told.at(-1)).toMatch(/Stop that one, or set DATABASE_URL/)
  await untilAllSeen(session)
  expect(app.process()?.child.exitCode, 'the first process goes on').toBeNull()
})
