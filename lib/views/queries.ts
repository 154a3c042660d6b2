import 'server-only'
import type { ResultOf } from './define-view.ts'
import type { ServedView } from './read-view.ts'
import type { ViewName, views } from './registry.ts'

/** The server half of every view by name: `overview: overviewQuery` from overview/query.ts, and so on. */
export const queries = {} as const satisfies Partial<Queries>

type Queries = { readonly [N in ViewName]: ServedView<N, ResultOf<(typeof views)[N]>> }

/** The view that an address asks for; undefined for a name that no view has. */
export function findQuery(name: string): ServedView<string, unknown> | undefined {
  const all: Readonly<Record<string, ServedView<string, unknown>>> = queries
  return Object.hasOwn(all, name) ? all[name] : undefined
}
