import type { ImportCounts } from '#lib/ingest/import-outcomes.ts'

const BAR_WIDTH = 24

/** What is told of an import under way. */
export interface ProgressFacts extends Pick<ImportCounts, 'read'> {
  /** Bytes read so far, and in all; null where that is not known, as of standard input. */
  readonly bytesRead: number
  readonly bytesTotal: number | null
  readonly elapsedMs: number
}

/** One line: a bar and how long is left where the size is known, else how many and how fast. */
export function progressLine({ read, bytesRead, bytesTotal, elapsedMs }: ProgressFacts): string {
  const rate = Math.round(read / Math.max(elapsedMs / 1_000, 0.001))
  const figures = `${read.toLocaleString('en-GB')} read, ${rate.toLocaleString('en-GB')} a second`
  if (bytesTotal === null || bytesTotal === 0) return figures
  const share = Math.min(1, bytesRead / bytesTotal)
  const full = Math.round(share * BAR_WIDTH)
  const leftSeconds = share > 0 ? Math.round((elapsedMs * (1 - share)) / share / 1_000) : null
  const left = leftSeconds === null || share === 1 ? '' : `, about ${leftSeconds} s left`
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}] ${Math.floor(share * 100)} %  ${figures}${left}`
}
