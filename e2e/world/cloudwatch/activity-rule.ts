import { hashUnit } from '#world/random.ts'

const SIX_HOURS_MS = 6 * 3_600_000

export interface QueueActivity {
  /** Messages in any state. */
  readonly messages: number
  readonly lastActionAtMs: number
}

export interface ActivityRuleOptions {
  readonly seed: number
  /** Shortest and longest wait until a queue that stirs again is published. */
  readonly reactivationSeconds: readonly [number, number]
  readonly inactiveAfterMs?: number
}

/**
 * SQS publishes the metrics of an active queue only: one that holds a message, or that any call touched within six hours.
 * A queue that becomes active again is published after a delay of up to a quarter of an hour; a new queue at once.
 */
export class ActivityRule {
  readonly #options: ActivityRuleOptions
  readonly #publishedFrom = new Map<string, number | null>()

  constructor(options: ActivityRuleOptions) {
    this.#options = options
  }

  isPublished(queueName: string, activity: QueueActivity, nowMs: number): boolean {
    const isActive =
      activity.messages > 0 || nowMs - activity.lastActionAtMs <= (this.#options.inactiveAfterMs ?? SIX_HOURS_MS)
    const known = this.#publishedFrom.get(queueName)
    if (!isActive) {
      this.#publishedFrom.set(queueName, null)
      return false
    }
    const from = known === undefined ? nowMs : known === null ? nowMs + this.#reactivationMs(queueName, nowMs) : known
    this.#publishedFrom.set(queueName, from)
    return nowMs >= from
  }

  #reactivationMs(queueName: string, nowMs: number): number {
    const [least, most] = this.#options.reactivationSeconds
    return (least + (most - least) * hashUnit(this.#options.seed, queueName, nowMs)) * 1000
  }
}
