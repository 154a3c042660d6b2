/** A dated fact on the charts: a deploy, a release, an attribute that appeared. */
export interface Mark {
  readonly atMs: number
  readonly kind: 'deploy' | 'release' | 'attribute' | 'other'
  /** The service it concerns, or null for all. */
  readonly service: string | null
  /** Plain words, e.g. `tis-trainee-sync 1.18.2 deployed`. */
  readonly title: string
  readonly version: string | null
}

/** Within this time a deploy that is told once more is the same one. */
const SAME_DEPLOY_MS = 5 * 60_000

/**
 * Marks, oldest first, without deploys that are told once more: a pipeline posts its mark, and Sentry tells of the same deploy a little
 * earlier or later, in words of its own. The first stays.
 */
export function withoutRepeats(marks: readonly Mark[]): Mark[] {
  const latest = new Map<string, number>()
  return marks.filter(({ atMs, kind, service, version }) => {
    if (kind !== 'deploy' || service === null || version === null) return true
    const key = JSON.stringify([service, version])
    const beforeMs = latest.get(key)
    if (beforeMs !== undefined && atMs - beforeMs <= SAME_DEPLOY_MS) return false
    latest.set(key, atMs)
    return true
  })
}

/** A person's profile as the profiles source tells it. */
export interface Profile {
  /** The person's reference (TIS id); test users start with `-`. */
  readonly ref: string
  readonly createdAtMs: number
}
