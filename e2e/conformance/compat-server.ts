/** A server that answers and can be judged. */
export interface RunningServer {
  readonly endpoint: string
  /** A twin that accepts this short a retention period, where the server can be told to. */
  readonly retention?: { readonly endpoint: string; readonly seconds: number }
  stop(): Promise<void>
}

/** Why a server cannot run on this machine; an honest gap in the matrix, never a pass. */
export interface SkippedServer {
  readonly skipped: string
}

/** A server of the matrix. */
export interface CompatServer {
  readonly name: string
  readonly version: string
  /** Starts it on 127.0.0.1. Throws when it should run and does not. */
  start(): Promise<RunningServer | SkippedServer>
}

/** The region of every test client; most servers build ARNs from the request's signature. */
export const COMPAT_REGION = 'eu-west-2'
/** Where downloaded servers are kept between runs. */
export const COMPAT_CACHE = '.spillway/compat'
