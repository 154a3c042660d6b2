import 'server-only'
import type { z } from 'zod'
import { getEnv, type Env } from '#lib/config/env.ts'
import { getSettings } from '#lib/config/load-settings.ts'
import type { Settings } from '#lib/config/settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import { hasRole } from '#lib/domain/role.ts'
import { rankOf, type Viewer } from '#lib/domain/viewer.ts'
import type { Db } from '#lib/store/db.ts'
import { withStore } from '#lib/store/outage.ts'
import { auditReading, type ReadOccasion } from './audit-reading.ts'
import type { ViewAudience, ViewContract } from './define-view.ts'
import { describeIssue } from './describe-issue.ts'
import { viewMemo } from './view-memo.ts'

/** What a query works with. Masking by role is the query's own business: `viewer` says who looks. */
export interface ViewContext {
  readonly viewer: Viewer
  readonly db: Db
  /** The same as `db.orm`: for reads outside a transaction. */
  readonly tx: Db['orm']
  readonly nowMs: number
  /** Zone in which sentences name times: the reader's own, as everything else on their page. */
  readonly timeZone: string
  readonly settings: Settings
  readonly env: Env
}

/** Every view says when it was made, on the server's clock. */
interface Timed {
  readonly nowMs: number
}

/** The server half of a view: the one way in which a page or a route reads. */
export interface ServedView<Name extends string, Result> {
  readonly contract: ViewContract<Name, z.ZodType, Result>
  /**
   * `zone` is the reader's time zone; null is the team's, which a wall always has. Throws `not_signed_in`, `forbidden`, `invalid_input`
   * (naming the field), `not_found` or a `StoreOutage`. `follow` is the same page asking again for what changed.
   */
  readonly read: (
    rawParams: unknown,
    viewer: Viewer | null,
    zone: string | null,
    occasion?: ReadOccasion,
  ) => Promise<Result>
}

/**
 * Joins a contract with its query. The audience is checked here and nowhere else. Viewers of the same rank and zone share an answer
 * until a live event touches one of its topics, or for five seconds, so that fifty of them cost one query.
 */
export function readView<Name extends string, Params extends z.ZodType, Result extends Timed>(
  contract: ViewContract<Name, Params, Result>,
  query: (params: z.output<Params>, context: ViewContext) => Promise<Result>,
): ServedView<Name, Result> {
  async function read(
    rawParams: unknown,
    viewer: Viewer | null,
    // Where the reader is, and whether they open the page or follow it.
    ...[zone, occasion = 'open']: readonly [string | null, ReadOccasion?]
  ): Promise<Result> {
    const reader = admit(contract.audience, viewer)
    const parsed = contract.params.safeParse(rawParams)
    if (!parsed.success) throw new AppError('invalid_input', describeIssue(parsed.error))
    if (contract.discloses === true) await auditReading(reader, { view: contract.name, params: parsed.data, occasion })
    const settings = getSettings()
    const timeZone = contract.audience === 'wall' ? settings.team.timeZone : (zone ?? settings.team.timeZone)
    const key = JSON.stringify([contract.name, parsed.data, rankOf(reader), timeZone])
    const result = await viewMemo().share(key, contract.topics, () =>
      withStore((db) =>
        query(parsed.data, {
          viewer: reader,
          db,
          tx: db.orm,
          nowMs: Date.now(),
          timeZone,
          settings,
          env: getEnv(),
        }),
      ),
    )
    // Ages on the page count from this moment; a shared answer is up to five seconds older than its delivery.
    return { ...result, nowMs: Date.now() }
  }
  return { contract, read }
}

function admit(audience: ViewAudience, viewer: Viewer | null): Viewer {
  if (viewer === null) throw new AppError('not_signed_in', 'Sign in to see this.')
  if (audience === 'wall') return viewer
  if (viewer.kind === 'wall') throw new AppError('forbidden', 'A wallboard’s token shows the wall and nothing else.')
  if (!hasRole(viewer.role, audience))
    throw new AppError('forbidden', `This needs the role ${audience}; yours is ${viewer.role}.`)
  return viewer
}
