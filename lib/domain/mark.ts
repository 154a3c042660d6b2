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

/** A person's profile as the profiles source tells it. */
export interface Profile {
  /** The person's reference (TIS id); test users start with `-`. */
  readonly ref: string
  readonly createdAtMs: number
}
