/** What tests read of Spillway's views, as sent over HTTP. */
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
