import type { ServiceContext, ServiceName } from './service-context.ts'

const RETRY_MS = 1000

/** Repeats `send` until it succeeds or the world stops: for what would otherwise be a hole in the record that no fault explains. */
export async function keepTrying(
  context: ServiceContext,
  service: ServiceName,
  send: () => Promise<unknown>,
): Promise<void> {
  while (!context.signal.aborted) {
    try {
      await send()
      return
    } catch (error) {
      if (context.signal.aborted) return
      context.say(service, 'error', `sending failed, trying again: ${String(error)}`)
      await new Promise<void>((resolve) => context.timers.after(RETRY_MS, resolve))
    }
  }
}
