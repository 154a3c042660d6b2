import { stdSerializers } from 'pino'

/** What the log keeps of an error. PostgreSQL puts rows into `detail` and `where`, and other libraries whole answers: those are left out. */
export function logError(error: Error): Readonly<Record<string, unknown>> {
  const { type, message, stack, code } = stdSerializers.err(error)
  return { type, message, stack, ...(typeof code === 'string' ? { code } : {}) }
}
