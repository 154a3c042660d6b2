import { parseArgs } from 'node:util'

import { DEFAULT_SPEED } from '#world/durations.ts'
import { FAULT_IDS, isFaultId } from '#world/faults.ts'
import type { FaultId } from '#world/faults.ts'
import { startWorld } from '#world/world.ts'

const USAGE = `usage: npm run world -- [options]                       starts the sandbox, prints one JSON line, runs until it is stopped
       npm run world -- fault <id> on|off --control URL   throws a switch of a running sandbox

  --speed N        multiplies traffic and shortens configured durations (default ${DEFAULT_SPEED})
  --seed N         the same seed invents the same people
  --port-base N    ports N to N+5: sqs, cloudwatch, sentry, slack, oidc, control (default: free ones)
  --queues N       quiet side queues (default 20)
  --dlq            profile-created has a dead-letter queue from the start
  --story NAME     consumer (default) or producer: which JavaType fault can be told
  --fault ID       switched on from the start, may be given several times: ${FAULT_IDS.join(', ')}
  --no-traffic     nobody is created by itself
  --no-past        no 90 days of history
  --no-tap         no copies of profile-created, so that no healthy message is known
  --log FILE       appends every call as a JSON line
  --past-file FILE writes 90 days of outcomes as JSONL for npm run import`

const { positionals, values } = readArguments()
if (positionals[0] === 'fault') await throwSwitch(positionals, values.control)
else if (positionals.length > 0) fail(`unknown command ${positionals[0] ?? ''}`)
else await run()

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        speed: { type: 'string' },
        seed: { type: 'string' },
        'port-base': { type: 'string' },
        queues: { type: 'string' },
        dlq: { type: 'boolean', default: false },
        story: { type: 'string' },
        fault: { type: 'string', multiple: true, default: [] },
        'no-traffic': { type: 'boolean', default: false },
        'no-past': { type: 'boolean', default: false },
        'no-tap': { type: 'boolean', default: false },
        log: { type: 'string' },
        'past-file': { type: 'string' },
        'app-url': { type: 'string' },
        'ingest-token': { type: 'string' },
        control: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

async function run(): Promise<void> {
  if (values.help) {
    console.log(USAGE)
    return
  }
  const base = numberOf('port-base', values['port-base'])
  const world = await startWorld({
    dlq: values.dlq,
    traffic: !values['no-traffic'],
    past: !values['no-past'],
    tap: !values['no-tap'],
    faults: values.fault.map(faultOf),
    say: (line) => console.error(line),
    story: values.story === undefined ? undefined : storyOf(values.story),
    speed: numberOf('speed', values.speed),
    seed: numberOf('seed', values.seed),
    queues: numberOf('queues', values.queues),
    logFile: values.log,
    appUrl: values['app-url'],
    ingestToken: values['ingest-token'],
    ports: base === undefined ? {} : portsFrom(base),
  })
  if (values['past-file'] !== undefined) {
    console.error(`${await world.writePast(values['past-file'])} lines of history in ${values['past-file']}`)
  }
  console.log(JSON.stringify({ endpoints: world.endpoints, env: world.env, settings: world.settings }))
  console.error(`The sandbox's page: ${world.endpoints.control}`)
  let isStopping = false
  const stop = (): void => {
    if (isStopping) return
    isStopping = true
    void world.stop().then(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function portsFrom(base: number) {
  return { sqs: base, cloudwatch: base + 1, sentry: base + 2, slack: base + 3, oidc: base + 4, control: base + 5 }
}

async function throwSwitch([, id = '', turn = '']: string[], control: string | undefined): Promise<void> {
  if (control === undefined)
    return fail('fault needs --control URL: the address that "npm run world" printed as endpoints.control')
  if (turn !== 'on' && turn !== 'off') return fail(`fault ${id} needs "on" or "off"`)
  const response = await fetch(`${control}/faults/${faultOf(id)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ on: turn === 'on' }),
  }).catch((error: unknown) => refuse(`no sandbox answers at ${control}: ${String(error)}`))
  if (!response.ok) return refuse(`the sandbox refused: ${await response.text()}`)
  console.log(`${id} is ${turn}`)
}

function faultOf(text: string): FaultId {
  return isFaultId(text) ? text : fail(`no fault "${text}"; there are ${FAULT_IDS.join(', ')}`)
}

function storyOf(text: string): 'consumer' | 'producer' {
  return text === 'consumer' || text === 'producer' ? text : fail(`--story is consumer or producer, not "${text}"`)
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  return Number.isFinite(value) && value >= 0
    ? value
    : fail(`--${name} must be a number of 0 or more; it was "${text}"`)
}

/** A command that was understood and could not be done. */
function refuse(message: string): never {
  console.error(message)
  process.exit(1)
}

function fail(message: string): never {
  console.error(`${message}\n\n${USAGE}`)
  process.exit(2)
}
