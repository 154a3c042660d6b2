import type { Logger } from 'pino'

const HARD_LIMIT_MS = 10_000

/** On the first SIGTERM or SIGINT runs `end` and exits with 0; with 1 when it fails or takes longer than 10 s. */
export function shutDownOnSignals(end: () => Promise<void>, log: Pick<Logger, 'info' | 'error'>): void {
  let isEnding = false
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isEnding) return
    isEnding = true
    log.info({ signal }, 'ending')
    setTimeout(() => {
      log.error('the end took too long and was cut short; nothing that was stored is lost')
      process.exit(1)
    }, HARD_LIMIT_MS).unref()
    end().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the end was not orderly; nothing that was stored is lost')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
