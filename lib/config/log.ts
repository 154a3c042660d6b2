import 'server-only'
import { pino, type Logger } from 'pino'
import { getEnv } from './env.ts'
import { logError } from './log-error.ts'
import { singleton } from './singleton.ts'

/** The process's log: one JSON line an entry on standard output. Never pass message bodies, addresses or tokens to it. */
export function getLog(): Logger {
  return singleton('log', () =>
    pino({ level: getEnv().SPILLWAY_LOG_LEVEL, base: null, serializers: { err: logError } }),
  )
}
