import { routes } from '#lib/domain/routes.ts'
import { dlqNameOf, QUEUE_NAMES } from '#world/queues.ts'

/** Every page behind the sign-in, over the longest range where it has one: 90 days cross a change of the clocks for half of the year. */
export const TEAM_PAGES = [
  routes.overview(),
  routes.incidents(),
  routes.queues(),
  `${routes.queue(QUEUE_NAMES.profileCreated)}?range=90d`,
  `${routes.queue(dlqNameOf(QUEUE_NAMES.syncRequest))}?range=90d`,
  `${routes.emails()}?range=90d`,
  `${routes.people()}?state=delivered&range=90d`,
  routes.quarantine(),
  routes.redrives(),
  routes.settings(),
  `${routes.backtest()}?rule=email-failed-spike&range=90d&value=3`,
] as const
