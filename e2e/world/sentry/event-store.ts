import type { SentryProject } from './projects.ts'

export type SentryOutcome = 'accepted' | 'filtered' | 'rate_limited' | 'invalid'

export interface SentryEvent {
  readonly eventId: string
  readonly projectId: string
  readonly atMs: number
  readonly environment: string
  readonly release: string | null
  readonly level: string
  /** `Type: value`, which is also what groups events into an issue. */
  readonly title: string
  readonly culprit: string
  readonly outcome: SentryOutcome
}

export interface SentryRelease {
  readonly version: string
  readonly projectId: string
  readonly atMs: number
}

export interface SentryIssue {
  readonly id: string
  readonly projectId: string
  readonly title: string
  readonly culprit: string
  readonly level: string
  readonly count: number
  readonly firstSeenMs: number
  readonly lastSeenMs: number
}

export interface EventFilter {
  readonly projectIds?: readonly string[] | undefined
  readonly environments?: readonly string[] | undefined
  readonly fromMs: number
  readonly toMs: number
}

/** Everything that the sandbox's Sentry knows. */
export class SentryStore {
  readonly #events: SentryEvent[] = []
  readonly #releases: SentryRelease[] = []
  readonly #issueIds = new Map<string, string>()

  addEvent(event: SentryEvent): void {
    this.#events.push(event)
    const key = issueKey(event)
    if (event.outcome === 'accepted' && !this.#issueIds.has(key))
      this.#issueIds.set(key, String(5000 + this.#issueIds.size))
  }

  addRelease(release: SentryRelease): void {
    this.#releases.push(release)
  }

  /** Events of the window, start included and end not. */
  listEvents(filter: EventFilter): SentryEvent[] {
    const { environments = [], projectIds = [] } = filter
    return this.#events.filter(
      (event) =>
        event.atMs >= filter.fromMs &&
        event.atMs < filter.toMs &&
        (projectIds.length === 0 || projectIds.includes(event.projectId)) &&
        (environments.length === 0 || environments.includes(event.environment)),
    )
  }

  /** Newest release first. */
  listReleases(): SentryRelease[] {
    return this.#releases.toSorted((a, b) => b.atMs - a.atMs)
  }

  /** Moments of the first and last accepted event of a project; null when it never sent one. */
  spanOf(project: SentryProject): { readonly firstMs: number; readonly lastMs: number } | null {
    const times = this.#events
      .filter((event) => event.projectId === project.id && event.outcome === 'accepted')
      .map((event) => event.atMs)
    if (times.length === 0) return null
    return { firstMs: Math.min(...times), lastMs: Math.max(...times) }
  }

  /** Issues with an event in the window, last seen first; `count` and the moments are over all time, as Sentry shows them. */
  listIssues(filter: EventFilter): SentryIssue[] {
    const wanted = new Set(
      this.listEvents(filter)
        .filter((event) => event.outcome === 'accepted')
        .map(issueKey),
    )
    const issues = new Map<string, SentryIssue>()
    for (const event of this.#events) {
      const key = issueKey(event)
      const id = this.#issueIds.get(key)
      if (event.outcome !== 'accepted' || id === undefined || !wanted.has(key)) continue
      const known = issues.get(key)
      issues.set(key, {
        id,
        projectId: event.projectId,
        title: event.title,
        culprit: event.culprit,
        level: event.level,
        count: (known?.count ?? 0) + 1,
        firstSeenMs: Math.min(known?.firstSeenMs ?? event.atMs, event.atMs),
        lastSeenMs: Math.max(known?.lastSeenMs ?? event.atMs, event.atMs),
      })
    }
    return [...issues.values()].toSorted((a, b) => b.lastSeenMs - a.lastSeenMs)
  }
}

function issueKey(event: SentryEvent): string {
  return `${event.projectId} ${event.title}`
}
