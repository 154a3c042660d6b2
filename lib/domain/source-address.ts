/** What the source said of a person when their data was asked for or changed: whether it knows an e-mail address. The address itself is never kept. */
export interface SourceAddress {
  /** The person's reference (TIS id). */
  readonly ref: string
  readonly hasAddress: boolean
  /** When it was said, epoch ms. */
  readonly atMs: number
}
