/** What tests read of Spillway's views, as sent over HTTP: written down apart from the views, so that a change of what is sent shows. */

export type Truth = 'ok' | 'bad' | 'unknown' | 'muted'

export interface SourceStatus {
  readonly id: string
  readonly state: 'ok' | 'failing' | 'not-read' | 'not-configured' | 'waiting'
  readonly sinceMs: number | null
  readonly lastOkMs: number | null
  readonly message: string | null
}

interface Page {
  readonly nowMs: number
  readonly headline: { readonly truth: Truth; readonly text: string }
  readonly blind: readonly SourceStatus[]
}

export interface QueueRow {
  readonly name: string
  readonly truth: Truth
  readonly word: string
  readonly sinceMs: number | null
  readonly visible: number | null
  readonly depthUnknownSinceMs: number | null
  readonly sent: number | null
  readonly deleted: number | null
  readonly received: number | null
  readonly flowUnknownSinceMs: number | null
}

interface Verdict {
  readonly truth: Truth
  readonly word: string
  readonly sinceMs: number | null
}

export interface ServiceStage extends Verdict {
  readonly kind: 'service'
  readonly name: string
  readonly errors: number | null
}

export interface EmailStage extends Verdict {
  readonly kind: 'emails'
  readonly delivered: number | null
  readonly failed: number | null
}

export interface QueueStage {
  readonly kind: 'queue'
  readonly row: QueueRow
}

export interface People {
  readonly named: number | null
  readonly byFailure: number | null
  readonly byOverdue: number | null
  readonly byNoNotification: number | null
}

export interface Overview extends Page {
  readonly people: People
  readonly flow: readonly (QueueStage | ServiceStage | EmailStage)[]
  readonly sources: readonly SourceStatus[]
}

export type Point = readonly [atMs: number, value: number | null]

export interface ChartData {
  readonly fromMs: number
  readonly toMs: number
  readonly series: readonly { readonly id: string; readonly points: readonly Point[] }[]
  readonly gaps: readonly { readonly fromMs: number; readonly toMs: number | null; readonly reason: string }[]
  readonly note: string | null
}

export interface QueuePage extends Page {
  readonly row: QueueRow
  readonly depthChart: ChartData
  readonly flowChart: ChartData
  readonly ageChart: ChartData
}

export interface EmailsPage extends Page {
  readonly people: People
  readonly totals: {
    readonly delivered: number
    readonly accepted: number
    readonly failed: number
    readonly scheduled: number
  }
  readonly chart: ChartData
}

export interface SettingsPage extends Page {
  readonly problems: readonly string[]
  readonly sources: readonly SourceStatus[]
}

export interface OutcomeRow {
  readonly id: string
  readonly status: string
  readonly rawDetail: string | null
}

export interface Outcomes {
  readonly rows: readonly OutcomeRow[]
  readonly next: string | null
  readonly eventCount: number
}

/** As `/api/health` answers. */
export interface Health {
  readonly status: 'ok' | 'degraded' | 'down'
  readonly store: { readonly state: 'ok' | 'down'; readonly sinceSeconds?: number }
  readonly sources: readonly { readonly id: string; readonly state: SourceStatus['state'] }[]
}
