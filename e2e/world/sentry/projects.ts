import { hashHex } from '#world/random.ts'

export interface SentryProject {
  readonly id: string
  readonly slug: string
  readonly platform: string
  /** Public part of the DSN. */
  readonly publicKey: string
  /** Ordinary errors a weekday in healthy times. */
  readonly errorsPerDay: number
  readonly environments: readonly string[]
}

export const SENTRY_ORG = 'tis'

/** Projects of the sandbox's organisation. The last has never sent anything, which is a finding of its own. */
export const SENTRY_PROJECTS: readonly SentryProject[] = (
  [
    ['101', 'tis-trainee-details', 4],
    ['102', 'tis-trainee-sync', 3],
    ['103', 'tis-trainee-notifications', 6],
    ['104', 'tis-trainee-user-management', 2],
    ['105', 'tis-trainee-credentials', 0],
  ] as const
).map(([id, slug, errorsPerDay]) => ({
  id,
  slug,
  platform: 'java-spring-boot',
  publicKey: hashHex(32, 'dsn', slug),
  errorsPerDay,
  environments: errorsPerDay === 0 ? [] : ['demo', 'preprod'],
}))

/** Project id by slug or id, as the API takes both; undefined for neither. */
export function findProject(slugOrId: string): SentryProject | undefined {
  return SENTRY_PROJECTS.find((project) => project.slug === slugOrId || project.id === slugOrId)
}
