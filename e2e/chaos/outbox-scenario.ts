import { setTimeout as pause } from 'node:timers/promises'
import { callAction } from '#e2e/call-action.ts'
import { signInOverHttp } from '#e2e/http-session.ts'
import { until } from '#e2e/processes.ts'
import { stopDatabase } from './restart-database.ts'
import { DATABASE_RESTART, type ChaosContext, type Scenario } from './scenario.ts'
import { readIncidents, untilToldOnce, type ShownIncidents } from './shown-incidents.ts'

const POST = 'chat.postMessage'
const STRUCK_WITHIN_MS = 120_000
const FOUND_WITHIN_MS = 60_000
const MORE_EVERY_MS = 5_000
/** A lease runs out, the outbox waits until no call can be under way, asks, and tells what is left at a message a second. */
const AGREES_WITHIN_MS = 90_000
/** Within it the incident is found and told. */
const LATEST_MS = 25_000

/** The ways in which an incident is met: by a person over HTTP, or by whoever tries this scenario without pages. */
export interface IncidentDoor {
  readonly look: () => Promise<ShownIncidents>
  /** Adds a person's words to the story, which are told like all of it. */
  readonly note: (incident: string, text: string) => Promise<void>
}

/** Resolves when Spillway was struck at the boundary of telling a message, as Slack sees it. */
async function strikeAt(context: ChaosContext, boundary: string): Promise<void> {
  const { world, app, random } = context
  const { faults } = world.slack
  const kill = (): Promise<void> => app.stop('SIGKILL')
  switch (boundary) {
    case 'before-call':
      faults.add({ method: POST, times: 1, action: { kind: 'drop-before' } })
      return once((strike) => [faults.onBefore(POST, strike)], kill)
    case 'in-flight':
      // It is carried out afterwards: Slack does not know that nobody listens any more.
      return once((strike) => [faults.onBefore(POST, strike)], kill)
    case 'after-call':
      faults.add({ method: POST, times: 1, action: { kind: 'drop-after-commit' } })
      return once((strike) => [faults.onAfter(POST, strike)], kill)
    case 'after-commit':
      // A change in place and a reply need what the root is called, which was committed before.
      return once(
        (strike) => [
          faults.onBefore('chat.update', strike),
          faults.onBefore(POST, async ({ request }) => ('thread_ts' in request ? strike() : undefined)),
        ],
        kill,
      )
    case 'answer-lost':
      // Slack takes the message and its first reply, and says so to nobody; after that it takes no more for a while.
      faults.add({ method: POST, times: 1, action: { kind: 'drop-after-commit' } })
      faults.add({ method: POST, times: 1, action: { kind: 'status-after-commit', status: 502 } })
      faults.add({ method: POST, times: 1, action: { kind: 'rate-limit', retryAfterSeconds: 3 } })
      return once(
        (strike) => [faults.onAfter(POST, strike)],
        async () => {},
      )
    case DATABASE_RESTART:
      return restartDatabaseAt(context)
    default:
      await pause(random.between(0, LATEST_MS))
      return kill()
  }
}

/** Runs `strike` when any hook is met for the first time, and takes all of them away. The call goes on afterwards. */
function once<T>(hook: (met: () => Promise<void>) => readonly (() => void)[], strike: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const removes = hook(async () => {
      removes.forEach((remove) => remove())
      await strike().then(resolve, reject)
    })
  })
}

/** Slack takes the message while there is no database that could be told so. */
async function restartDatabaseAt(context: ChaosContext): Promise<void> {
  const { faults } = context.world.slack
  const start = await once(
    (strike) => [faults.onBefore(POST, strike)],
    () => stopDatabase(context),
  )
  await start()
}

/** The consumer breaks for good: messages end in the dead-letter queue, and people are without their e-mail. */
async function breakConsumer({ world, random }: ChaosContext): Promise<void> {
  await world.faults.set('no-dlq', false)
  await world.faults.set('consumer-upgraded', true)
  await world.createProfiles(random.between(3, 8))
}

/** The scenario without its way into Spillway. Throws with what is not true afterwards. */
export async function tellThroughStrikes(context: ChaosContext, boundary: string, door: IncidentDoor): Promise<void> {
  const { world, app, random } = context
  const struck = strikeAt(context, boundary).then(() => true)
  await breakConsumer(context)
  const deadline = Date.now() + STRUCK_WITHIN_MS
  while (!(await Promise.race([struck, pause(MORE_EVERY_MS, false)]))) {
    if (Date.now() > deadline) throw new Error(`The boundary ${boundary} was not met in ${STRUCK_WITHIN_MS / 1000} s.`)
    // More of the same, so that there is always something new to tell.
    await world.createProfiles(1)
  }
  if (app.process() === null) await app.start()
  // What is found later joins the same incident and is told below the same message.
  await world.createProfiles(random.between(2, 5))
  const name = await until(
    'an incident',
    async () => (await door.look()).incidents.find(({ isBlind }) => !isBlind)?.name,
    FOUND_WITHIN_MS,
    500,
  )
  const text = `Looked at after ${boundary}.`
  await door.note(name, text)
  const told = await untilToldOnce(world, door.look, AGREES_WITHIN_MS)
  if (!told.story.some((entry) => entry.kind === 'note' && entry.text.includes(text)))
    throw new Error(`the note is not in the story of ${told.name}`)
}

async function run(context: ChaosContext, boundary: string): Promise<void> {
  const session = await signInOverHttp(context.app, 'omar')
  try {
    await tellThroughStrikes(context, boundary, {
      look: () => readIncidents(session),
      note: async (name, text) => {
        const number = Number(name.slice('INC-'.length))
        const answer = await callAction(context.app, session, 'addIncidentNote', { number, text })
        if (!answer.ok) throw new Error(`addIncidentNote: ${answer.error.message}`)
      },
    })
  } finally {
    await session.dispose()
  }
}

/** Struck while an incident is told: one incident, one message of it in Slack, each entry of its story once, and nothing else. */
export const outboxScenario: Scenario = {
  id: 'outbox',
  title: 'struck while it tells an incident in Slack',
  boundaries: ['before-call', 'in-flight', 'after-call', 'after-commit', 'answer-lost', DATABASE_RESTART, 'random'],
  run,
}
