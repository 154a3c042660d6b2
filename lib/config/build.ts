import 'server-only'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { singleton } from './singleton.ts'

/** True under `next dev`: the development server needs eval and inline styles. */
export function isDevelopment(): boolean {
  return process.env.NODE_ENV === 'development'
}

/** Names the build that this process serves, so that a page of an older one can reload; `development` without a build. */
export function getBuildId(): string {
  return singleton('build-id', () => {
    try {
      return readFileSync(join(/* turbopackIgnore: true */ process.cwd(), '.next', 'BUILD_ID'), 'utf8').trim()
    } catch {
      return 'development'
    }
  })
}
