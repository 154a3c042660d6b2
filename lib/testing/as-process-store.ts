import { readEnv } from '#lib/config/env.ts'
import type { Settings } from '#lib/config/settings.ts'
import { dropSingleton, singleton } from '#lib/config/singleton.ts'
import type { Db } from '#lib/store/db.ts'

/** Makes this the store that `getDb` gives, for tests of what finds its store by itself. */
export function asProcessStore(db: Db): void {
  dropSingleton('db')
  singleton('db', () => ({ opening: Promise.resolve(db) }))
}

/** Makes these the environment variables that this process was started with; all others are not set. */
export function asProcessEnv(raw: Readonly<Record<string, string>>): void {
  dropSingleton('env')
  singleton('env', () => readEnv({ SPILLWAY_LOG_LEVEL: 'silent', ...raw }))
}

/** Makes these the settings of this process, as if no file had been given; to be dropped after the test. */
export function asProcessSettings(settings: Settings): void {
  dropSingleton('settings')
  singleton('settings', () => ({ settings, file: null, given: {}, problems: [] }))
}
