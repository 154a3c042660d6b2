/** What the embedded store's thread is asked. Statements of one caller are ordered by the caller's mutex, not here. */
export type EmbeddedRequest = { readonly id: number } & EmbeddedCall

export type EmbeddedCall =
  | {
      readonly kind: 'query'
      readonly text: string
      readonly values: readonly unknown[]
      readonly isArrayMode: boolean
      /** Moments as PostgreSQL's text and bigint as number, as drizzle wants them; else PGlite's own JavaScript values. */
      readonly isRaw: boolean
    }
  /** Several statements at once, without parameters; answers the rows of all. */
  | { readonly kind: 'exec'; readonly text: string }
  | { readonly kind: 'dump' }
  | { readonly kind: 'close' }

export interface EmbeddedError {
  readonly message: string
  /** PostgreSQL's code, or `folder_in_use`. */
  readonly code: string | null
  readonly detail: string | null
  readonly constraint: string | null
}

export type EmbeddedReply =
  | { readonly id: number; readonly isOk: true; readonly rows: unknown[]; readonly rowCount: number }
  | { readonly id: number; readonly isOk: true; readonly dump: ArrayBuffer }
  | { readonly id: number; readonly isOk: false; readonly error: EmbeddedError }

/** First message of the thread: the store is open (id 0), or why it is not. */
export const READY_ID = 0

export interface EmbeddedOptions {
  /** Absolute folder, or `memory://`. */
  readonly dataDir: string
  /** A dumped store to start from (tests). */
  readonly templateFile: string | null
}
