import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Db } from '#lib/store/db.ts'
import { runProduct } from './redrive-product.ts'
import { countMessages, onQueues, REGION, type BenchQueues, type BenchServer } from './redrive-queues.ts'

const PEER = 'replay-aws-dlq@1.0.1'
const PEER_MESSAGES = 2_000
const PEER_WARM_UPS = 3
const PEER_DEADLINE_MS = 180_000

export interface PeerFigures {
  readonly peerPerSecond: number
  readonly productPerSecond: number
  /** How many times as fast the product is. */
  readonly times: number
}

/** The tool that most people take, to its last message, and ours on the same queue at concurrency 4. */
export async function comparePeer(server: BenchServer, db: Db): Promise<PeerFigures | { readonly skipped: string }> {
  const folder = resolve('.spillway/bench/replay-aws-dlq')
  const program = join(folder, 'node_modules', 'replay-aws-dlq', 'cli.js')
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true })
    // With the AWS SDK of another generation it weighs over 100 MB: too much for everybody who installs Spillway.
    const { status } = spawnSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', PEER], {
      stdio: 'ignore',
    })
    if (status !== 0) return { skipped: `${PEER} could not be installed` }
  }
  const theirs = await onQueues(server, PEER_MESSAGES, (queues) => runPeer(program, server, queues))
  const move = (): Promise<number> =>
    onQueues(server, PEER_MESSAGES, async (queues) => {
      const [perSecond] = await Promise.all([
        watchEmptying(server, queues),
        runProduct(db, queues, { count: PEER_MESSAGES, concurrency: 4 }),
      ])
      return perSecond
    })
  // The product has run for days when a person needs it; the first rounds of a fresh process only warm up.
  for (let round = 0; round < PEER_WARM_UPS; round += 1) await move()
  const ours = await move()
  return {
    peerPerSecond: Math.round(theirs),
    productPerSecond: Math.round(ours),
    times: Math.round((ours / theirs) * 1_000) / 1_000,
  }
}

async function runPeer(
  program: string,
  server: BenchServer,
  { sourceUrl, destinationUrl }: BenchQueues,
): Promise<number> {
  const env = { ...process.env, AWS_REGION: REGION, AWS_ACCESS_KEY_ID: 'peer', AWS_SECRET_ACCESS_KEY: 'x' }
  const child = spawn(process.execPath, [program, sourceUrl, destinationUrl], { env, stdio: 'ignore' })
  try {
    return await watchEmptying(server, { sourceUrl })
  } finally {
    child.kill()
  }
}

/**
 * Messages a second from the first that leaves the queue to the last, by the queue's own counts: neither a start nor what is done when
 * nothing is left (the peer waits 20 s for more) counts.
 */
async function watchEmptying(server: BenchServer, { sourceUrl }: Pick<BenchQueues, 'sourceUrl'>): Promise<number> {
  const deadlineMs = performance.now() + PEER_DEADLINE_MS
  let firstMs: number | null = null
  for (;;) {
    const left = await countMessages(server, sourceUrl)
    const nowMs = performance.now()
    if (left < PEER_MESSAGES) firstMs ??= nowMs
    if (left === 0 && firstMs !== null) return (PEER_MESSAGES / (nowMs - firstMs)) * 1_000
    if (nowMs > deadlineMs) throw new Error(`${PEER_MESSAGES} messages were not moved in time.`)
    await pause(20)
  }
}
