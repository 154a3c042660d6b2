import type { ServiceContext, ServiceName } from './services/service-context.ts'
import type { Services } from './services/start-services.ts'

/** Ordinary errors that every system has, so that a silent Sentry differs from a quiet one. Mean time between two, in profiles. */
const PROFILES_BETWEEN_ERRORS = 15
const REPORTING: readonly [ServiceName, ServiceName, ServiceName] = ['details', 'sync', 'notifications']

class ReadTimeoutException extends Error {
  override readonly name = 'ReadTimeoutException'
}

/** People are entered for as long as the world runs, a little irregularly. */
export function startTraffic(context: ServiceContext, services: Services): void {
  const next = (): void => {
    const delayMs = context.durations.profileEverySeconds * 1000 * (0.6 + 0.8 * context.random.next())
    context.timers.after(
      delayMs,
      async () => {
        next()
        if (context.random.chance(1 / PROFILES_BETWEEN_ERRORS)) {
          context.reportError(context.random.pick(REPORTING), new ReadTimeoutException('Read timed out after 5000 ms'))
        }
        await services.createProfiles(1)
      },
      { isPatient: true },
    )
  }
  next()
}
