/**
 * Why what a page shows is not of now. `slow`: an answer takes long, and may still come. `lost`: the server cannot be reached, or says itself that
 * it cannot answer. `refused`: it answers, but no longer to this reader.
 */
export interface ViewLoss {
  readonly kind: 'slow' | 'lost' | 'refused'
  /** Epoch ms on the server's clock: of the last answer where it is slow, else since when; null where that is not known. */
  readonly sinceMs: number | null
}
