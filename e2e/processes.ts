import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'

/** A free TCP port of this machine, free at the moment of the answer. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  server.close()
  await once(server, 'close')
  return port
}

/** Asks `probe` again and again until it gives something other than undefined; throws with `what` after `withinMs`. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  withinMs = 30_000,
  everyMs = 100,
): Promise<T> {
  const deadline = Date.now() + withinMs
  let last = ''
  while (Date.now() < deadline) {
    try {
      const value = await probe()
      if (value !== undefined) return value
    } catch (error) {
      last = `; last error: ${String(error)}`
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
  throw new Error(`Waited ${withinMs / 1000} s in vain for ${what}${last}`)
}

/** A child process with its output kept (the last 500 lines), for the message of a failed test. */
export interface RunningProcess {
  readonly child: ChildProcess
  readonly lines: readonly string[]
  /** Sends the signal and waits for the end; SIGKILL follows after 12 s. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

const KEPT_LINES = 500

/** Starts the Node that runs this process with `args`; its output is kept and, with SPILLWAY_E2E_VERBOSE, also printed. With `hasChannel` the two can send each other messages. */
export function startNode(
  args: readonly string[],
  env: Record<string, string>,
  { hasChannel = false }: { readonly hasChannel?: boolean } = {},
): RunningProcess {
  const child = spawn(process.execPath, [...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(hasChannel ? (['ipc'] as const) : [])],
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      if (lines.length > KEPT_LINES) lines.shift()
      if (process.env['SPILLWAY_E2E_VERBOSE'] !== undefined) console.error(line)
    })
  }
  return { child, lines, stop: (signal = 'SIGTERM') => stopChild(child, signal) }
}

async function stopChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  const hard = setTimeout(() => child.kill('SIGKILL'), 12_000)
  await ended
  clearTimeout(hard)
}
