import type { z } from 'zod'
import type { Role } from '#lib/domain/role.ts'

/** Who may read a view: a signed-in person of at least this role, or a wall's token. */
export type ViewAudience = Role | 'wall'

/** What a view promises. Browser-safe but for `params`, which only the server parses; the browser imports types alone. */
export interface ViewContract<Name extends string, Params extends z.ZodType, Result> {
  readonly name: Name
  /** Required, so that forgetting who may read does not compile. */
  readonly audience: ViewAudience
  readonly params: Params
  /** Live topics (see lib/live) whose change makes this view stale; a topic ending in `*` stands for all that start so. */
  readonly topics: readonly string[]
  /** True where operators read people's references in clear: each opening of the page is then audited. */
  readonly discloses?: boolean
  /** Carries the result's type; never read. */
  readonly result?: Result
}

/** `defineView<Result>()({...})`: the result's type is given, the rest is inferred. */
export function defineView<Result>() {
  return <Name extends string, Params extends z.ZodType>(
    contract: ViewContract<Name, Params, Result>,
  ): ViewContract<Name, Params, Result> => contract
}

export type ParamsOf<C> = C extends ViewContract<string, infer P, unknown> ? z.output<P> : never
export type ResultOf<C> = C extends ViewContract<string, z.ZodType, infer R> ? R : never
