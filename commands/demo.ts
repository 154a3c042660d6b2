import { mkdirSync, rmSync } from 'node:fs'
import { createApp } from '#e2e/app.ts'
import { startWorld } from '#world/world.ts'
import { buildIfNeeded } from './build-if-needed.ts'
import { parseDemoArguments, type DemoOrder } from './demo-arguments.ts'

const FOLDER = '.spillway/demo'

/**
 * `npm run demo`: the sandbox, 90 days of its past taken in through sources and import, Spillway on the embedded store, and, a minute
 * after the start, the incident of 2024. `--calm` leaves the incident to the sandbox's page; `--port N` moves Spillway.
 */
async function runDemo({ port, isCalm, afterSeconds, speed }: DemoOrder): Promise<void> {
  buildIfNeeded()
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  const url = `http://127.0.0.1:${port}`
  const world = await startWorld({
    appUrl: url,
    ...(speed === null ? {} : { speed }),
    logFile: `${FOLDER}/requests.jsonl`,
  })
  const app = await createApp({ env: world.env, settings: world.settings, folder: FOLDER, port })

  const past = `${FOLDER}/outcomes.jsonl`
  await world.writePast(past)
  console.error('Taking in 90 days of e-mail outcomes through npm run import')
  console.error((await app.run('commands/import.ts', past)).split('\n').at(-1))
  const wallUrl = /http\S+/.exec(await app.run('commands/token.ts', 'wall', 'Demo wallboard'))?.[0] ?? ''
  const ingestToken =
    /spw_ingest_\S+/.exec(await app.run('commands/token.ts', 'ingest', 'Demo deploy marks'))?.[0] ?? ''
  world.connectApp({ url, ingestToken })
  await app.start()

  console.log(`
Spillway      ${url}           sign in as Omar (operator), Vera (viewer), …: one click, no password
Wallboard     ${wallUrl}
Sandbox       ${world.endpoints.control}   switch faults on and off here
Slack         ${world.endpoints.slack}

Now all is well. ${isCalm ? 'Break something on the sandbox page.' : `In ${afterSeconds} s tis-trainee-sync is upgraded, as in August 2024. Watch the overview; nothing needs a reload.`}
Sources are read every 15 s here; the real default is slower and stands in the README. Ctrl+C ends it all.
`)
  const fault = isCalm
    ? undefined
    : setTimeout(() => void world.faults.set('consumer-upgraded', true), afterSeconds * 1000)
  let isEnding = false
  const end = async (): Promise<void> => {
    // Ctrl+C reaches every process of the terminal and comes again through npm: the second one must not cut the first short.
    if (isEnding) return
    isEnding = true
    clearTimeout(fault)
    await app.stop()
    await world.stop()
    process.exit(0)
  }
  process.on('SIGINT', () => void end())
  process.on('SIGTERM', () => void end())
}

const order = parseDemoArguments(process.argv.slice(2))
if ('problem' in order) {
  console.error(order.problem)
  process.exit(2)
}
await runDemo(order)
