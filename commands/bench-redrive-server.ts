import { startFauxqs } from 'fauxqs'
import { RequestLog } from '#world/request-log.ts'
import { startSqsServer } from '#world/sqs/server.ts'

/**
 * The SQS server of `npm run bench:redrive`, in a process of its own: `ours` or `fauxqs`. Tells its port to its parent, and is told by it by
 * how many ms each call is to be carried out later.
 */
const KEPT_CALLS = 1_000

async function startOurs(): Promise<number> {
  const server = await startSqsServer({ log: new RequestLog(undefined, KEPT_CALLS) })
  process.on('message', (ms) => {
    server.faults.clear()
    if (typeof ms === 'number' && ms > 0) server.faults.add({ operation: '*', action: { kind: 'delay', ms } })
    process.send?.({ isSet: true })
  })
  return Number(new URL(server.endpoint).port)
}

async function startTheirs(): Promise<number> {
  const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  return server.port
}

process.on('disconnect', () => process.exit(0))
const port = process.argv[2] === 'fauxqs' ? await startTheirs() : await startOurs()
process.send?.({ port })
