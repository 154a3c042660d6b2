import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { freePort, startNode, until, type RunningProcess } from './processes.ts'

const FLAGS = ['--conditions=react-server', '--disable-warning=ExperimentalWarning']

export interface AppOptions {
  /** Environment of the upstreams, as the sandbox tells it. */
  readonly env: Record<string, string>
  /** Content of spillway.yaml. */
  readonly settings: unknown
  /** A PostgreSQL address; the embedded store in a folder of its own without one. */
  readonly databaseUrl?: string
  /** Keeps settings and the embedded store; a fresh temporary folder without one. */
  readonly folder?: string
  readonly port?: number
  /** Address that people use, when it is not the one that the process listens on. */
  readonly publicUrl?: string
}

/** Spillway as it runs in production, as a process of its own: the only way in which tests and the demo meet it. */
export interface App {
  readonly url: string
  readonly folder: string
  readonly env: Record<string, string>
  /** Starts the process and waits until it answers. */
  start(): Promise<void>
  /** SIGTERM and the orderly end, or another signal; SIGKILL for the kill harness. */
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Runs a command of ours with the app's settings, e.g. `run('commands/token.ts', 'wall', 'Kitchen')`; gives its standard output. */
  run(file: string, ...args: readonly string[]): Promise<string>
  /** The process that runs now; null between stop and start. */
  process(): RunningProcess | null
  /** Stops it and removes its folder. */
  dispose(): Promise<void>
}

export async function createApp(options: AppOptions): Promise<App> {
  const port = options.port ?? (await freePort())
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'spillway-'))
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'spillway.yaml')
  writeFileSync(config, stringify(options.settings))
  const url = options.publicUrl ?? `http://127.0.0.1:${port}`
  const env: Record<string, string> = {
    ...options.env,
    NODE_ENV: 'production',
    PORT: String(port),
    SPILLWAY_URL: url,
    SPILLWAY_CONFIG: config,
    SPILLWAY_DATA_DIR: join(folder, 'data'),
    SPILLWAY_ARCHIVE_DIR: join(folder, 'archive'),
    ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
  }
  let running: RunningProcess | null = null
  const stop = async (signal?: NodeJS.Signals): Promise<void> => {
    await running?.stop(signal)
    running = null
  }
  return {
    url,
    folder,
    env,
    start: async () => {
      running = startNode([...FLAGS, 'commands/start.ts'], env)
      await untilAnswering(url, running)
    },
    stop,
    run: (file, ...args) => runCommand(file, args, env),
    process: () => running,
    dispose: async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function untilAnswering(url: string, running: RunningProcess): Promise<void> {
  await until(
    `Spillway at ${url}`,
    async () => {
      if (running.child.exitCode !== null) throw new Error(`it ended with exit ${running.child.exitCode}`)
      const answer = await fetch(`${url}/api/health`)
      return answer.status < 600 ? true : undefined
    },
    60_000,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${running.lines.slice(-40).join('\n')}`)
  })
}

async function runCommand(file: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  const command = startNode([...FLAGS, file, ...args], env)
  const code = await new Promise<number | null>((resolve) => command.child.once('close', resolve))
  if (code !== 0)
    throw new Error(`${file} ${args.join(' ')} ended with exit ${String(code)}\n${command.lines.join('\n')}`)
  return command.lines.join('\n')
}
