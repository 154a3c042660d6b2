/** Something that happened to a redrive on its way, for good. */
export interface StoryLine {
  /** Epoch ms. */
  readonly atMs: number
  /** A person's name, or `spillway`. */
  readonly by: string
  /** A sentence. */
  readonly text: string
}
