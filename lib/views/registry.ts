import { backtestView } from './backtest/contract.ts'
import { emailsView } from './emails/contract.ts'
import { incidentView } from './incident/contract.ts'
import { incidentsView } from './incidents/contract.ts'
import { outcomesView } from './outcomes/contract.ts'
import { overviewView } from './overview/contract.ts'
import { quarantineView } from './quarantine/contract.ts'
import { peopleListView } from './people-list/contract.ts'
import { personView } from './person/contract.ts'
import { queueView } from './queue/contract.ts'
import { queuesView } from './queues/contract.ts'
import { redriveView } from './redrive/contract.ts'
import { redrivesView } from './redrives/contract.ts'
import { resyncView } from './resync/contract.ts'
import { settingsView } from './settings/contract.ts'
import { wallView } from './wall/contract.ts'

/** Every view by name. A page's view is its folder and one line here (and one in queries.ts, its server half). */
export const views = {
  overview: overviewView,
  queues: queuesView,
  queue: queueView,
  emails: emailsView,
  people: peopleListView,
  person: personView,
  outcomes: outcomesView,
  quarantine: quarantineView,
  incidents: incidentsView,
  incident: incidentView,
  redrive: redriveView,
  redrives: redrivesView,
  resync: resyncView,
  wall: wallView,
  settings: settingsView,
  backtest: backtestView,
} as const

export type ViewName = keyof typeof views
