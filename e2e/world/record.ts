import type { HistoryEvent } from './history-event.ts'
import { isOnboarding } from './history-event.ts'

/** A profile as the sandbox created it. */
export interface ProfileRecord {
  readonly traineeTisId: string
  readonly createdAtMs: number
  /** Whether the source system knows an e-mail address: without one nothing can heal this person. */
  readonly hasAddressInSource: boolean
  readonly isTestUser: boolean
}

/** An outcome event that SQS accepted, in the order in which it did. */
export interface OutcomeRecord {
  readonly publishedAtMs: number
  readonly event: HistoryEvent
}

export type WithoutReason = 'failed' | 'overdue' | 'none'

export interface PersonWithout {
  readonly traineeTisId: string
  readonly reason: WithoutReason
}

export interface WithoutOptions {
  readonly nowMs: number
  readonly withoutAfterMs: number
  /** How long past its planned time a scheduled mail counts as overdue. */
  readonly overdueAfterMs: number
  /** False counts as Spillway does without its `profiles` source: people with no e-mail event at all are then unknown. */
  readonly hasProfiles?: boolean
}

/** What really happened: tests compare Spillway's views with this and with nothing else. */
export class WorldRecord {
  readonly #profiles = new Map<string, ProfileRecord>()
  readonly #outcomes: OutcomeRecord[] = []
  readonly #latest = new Map<string, HistoryEvent>()

  addProfile(profile: ProfileRecord): void {
    this.#profiles.set(profile.traineeTisId, profile)
  }

  /** Call it once SQS has accepted the event, never before. */
  addOutcome(event: HistoryEvent, publishedAtMs: number): void {
    this.#outcomes.push({ event, publishedAtMs })
    this.#latest.set(event.id, event)
  }

  listProfiles(): ProfileRecord[] {
    return [...this.#profiles.values()]
  }

  listOutcomes(): readonly OutcomeRecord[] {
    return this.#outcomes
  }

  /** The latest state of each notification, e-mail and in-app, by its id. */
  listLatest(): HistoryEvent[] {
    return [...this.#latest.values()]
  }

  /** People without an address in the source system: no redrive helps them. */
  listWithoutAddress(): string[] {
    return this.listProfiles()
      .filter((profile) => !profile.hasAddressInSource)
      .map((profile) => profile.traineeTisId)
  }

  /**
   * People who are without their onboarding e-mail: one addressed to them is, as its latest state, failed or overdue,
   * or their profile is older than `withoutAfterMs` and none exists. Test users and mails to local offices do not count.
   */
  listWithout(options: WithoutOptions): PersonWithout[] {
    const without = new Map<string, WithoutReason>()
    const reached = new Set<string>()
    for (const event of this.#latest.values()) {
      if (!isOnboarding(event)) continue
      const person = event.recipient.id
      reached.add(person)
      if (event.status === 'FAILED') without.set(person, 'failed')
      else if (
        event.status === 'SCHEDULED' &&
        options.nowMs - Date.parse(event.sentAt) > options.overdueAfterMs &&
        !without.has(person)
      ) {
        without.set(person, 'overdue')
      }
    }
    if (options.hasProfiles !== false) {
      for (const profile of this.#profiles.values()) {
        if (profile.isTestUser || reached.has(profile.traineeTisId)) continue
        if (options.nowMs - profile.createdAtMs > options.withoutAfterMs) without.set(profile.traineeTisId, 'none')
      }
    }
    return [...without].map(([traineeTisId, reason]) => ({ traineeTisId, reason }))
  }

  /** Latest onboarding states by status and detail, e.g. `FAILED No email address available.`. */
  countByStatus(): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const event of this.#latest.values()) {
      if (!isOnboarding(event)) continue
      const key = event.statusDetail === null ? event.status : `${event.status} ${event.statusDetail}`
      counts[key] = (counts[key] ?? 0) + 1
    }
    return counts
  }
}
