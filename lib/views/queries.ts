import 'server-only'
import type { ResultOf } from './define-view.ts'
import { backtestQuery } from './backtest/query.ts'
import { emailsQuery } from './emails/query.ts'
import { incidentQuery } from './incident/query.ts'
import { incidentsQuery } from './incidents/query.ts'
import { outcomesQuery } from './outcomes/query.ts'
import { overviewQuery } from './overview/query.ts'
import { quarantineQuery } from './quarantine/query.ts'
import { peopleListQuery } from './people-list/query.ts'
import { personQuery } from './person/query.ts'
import { queueQuery } from './queue/query.ts'
import { queuesQuery } from './queues/query.ts'
import type { ServedView } from './read-view.ts'
import { redriveQuery } from './redrive/query.ts'
import { redrivesQuery } from './redrives/query.ts'
import type { ViewName, views } from './registry.ts'
import { resyncQuery } from './resync/query.ts'
import { settingsQuery } from './settings/query.ts'
import { wallQuery } from './wall/query.ts'

/** The server half of every view by name: `overview: overviewQuery` from overview/query.ts, and so on. */
export const queries = {
  overview: overviewQuery,
  queues: queuesQuery,
  queue: queueQuery,
  emails: emailsQuery,
  people: peopleListQuery,
  person: personQuery,
  outcomes: outcomesQuery,
  quarantine: quarantineQuery,
  incidents: incidentsQuery,
  incident: incidentQuery,
  redrive: redriveQuery,
  redrives: redrivesQuery,
  resync: resyncQuery,
  wall: wallQuery,
  settings: settingsQuery,
  backtest: backtestQuery,
} as const satisfies Queries

type Queries = { readonly [N in ViewName]: ServedView<N, ResultOf<(typeof views)[N]>> }

/** The view that an address asks for; undefined for a name that no view has. */
export function findQuery(name: string): ServedView<string, unknown> | undefined {
  const all: Readonly<Record<string, ServedView<string, unknown>>> = queries
  return Object.hasOwn(all, name) ? all[name] : undefined
}
