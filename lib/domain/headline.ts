import type { Truth } from './truth.ts'

/** The one true sentence of a page. */
export interface Headline {
  readonly truth: Truth
  /** Plain English, without markup; times inside are in the team's zone. */
  readonly text: string
  /** The same in short, for the page title and the favicon. */
  readonly short: string
}
