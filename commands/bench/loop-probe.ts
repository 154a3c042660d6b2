import { writeSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { LoopDelay } from './loop-delay.ts'

// Loaded into the web process by NODE_OPTIONS: measures its event loop from one SIGUSR2 to the next, which prints the figures.

/** What the line with the figures begins with. */
export const PROBE_WORD = 'loop-delay'

const isWebProcess = isMainThread && (process.argv[1] ?? '').includes('next')
if (isWebProcess) {
  let delay: LoopDelay | undefined
  process.on('SIGUSR2', () => {
    delay?.stop()
    if (delay !== undefined) writeSync(2, `${PROBE_WORD} ${JSON.stringify(delay.figures())}\n`)
    delay = delay === undefined ? new LoopDelay() : undefined
    delay?.start()
  })
}
