import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import type { RunningServer } from './compat-server.ts'

/** A port that was free a moment ago. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no TCP port is free'))
        else resolve(address.port)
      })
    })
  })
}

/** Whether a program is there and answers; for servers that need Java or Python. */
export function hasProgram(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

/** Runs a program to its end; undefined when it went well, else the last line it wrote. */
export function runProgram(command: string, args: readonly string[], cwd: string): string | undefined {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  if (result.status === 0) return undefined
  return `${result.stdout}\n${result.stderr}`.trim().split('\n').at(-1) ?? `exit code ${result.status}`
}

/** Starts a server program and waits until it answers SQS calls. Throws with its output when it ends or stays silent. */
export async function startChildServer(
  command: string,
  args: readonly string[],
  endpoint: string,
): Promise<RunningServer> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-4000))
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const kill = (): void => void child.kill()
  process.once('exit', kill)
  const until = performance.now() + 60_000
  while (!(await answers(endpoint))) {
    if (child.exitCode !== null || performance.now() > until) {
      kill()
      throw new Error(`${command} does not answer at ${endpoint}:\n${output}`)
    }
    await sleep(100)
  }
  const stop = async (): Promise<void> => {
    process.off('exit', kill)
    kill()
    await ended
  }
  return { endpoint, stop }
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AmazonSQS.ListQueues',
      authorization: 'AWS4-HMAC-SHA256 Credential=AKIACONFORMANCE/20260101/eu-west-2/sqs/aws4_request',
    }
    const signal = AbortSignal.timeout(2_000)
    return (await fetch(endpoint, { method: 'POST', headers, body: '{}', signal })).status === 200
  } catch {
    return false
  }
}
