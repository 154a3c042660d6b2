/** Who does something to a redrive, and when. */
export interface Doer {
  /** Name of the person. */
  readonly by: string
  readonly nowMs: number
}
