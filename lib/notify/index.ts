import type { Notifier } from './define-notifier.ts'
import { slack } from './slack.ts'

/** Every channel in which people are told. Delivery, the settings page and health derive from this list. */
export const notifiers: readonly Notifier[] = [slack]
