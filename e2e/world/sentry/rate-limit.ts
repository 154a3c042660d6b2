const WINDOW_MS = 1000

/** Fixed one-second windows per caller and endpoint, as Sentry counts them. */
export class RateLimit {
  readonly #limit: number
  readonly #windows = new Map<string, { readonly startMs: number; count: number }>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Counts one call and says whether it may pass, with the headers that Sentry puts on every answer. */
  take(key: string, nowMs: number): { readonly isAllowed: boolean; readonly headers: Record<string, string> } {
    const startMs = Math.floor(nowMs / WINDOW_MS) * WINDOW_MS
    const known = this.#windows.get(key)
    const window = known?.startMs === startMs ? known : { startMs, count: 0 }
    window.count += 1
    this.#windows.set(key, window)
    const headers = {
      'x-sentry-rate-limit-limit': String(this.#limit),
      'x-sentry-rate-limit-remaining': String(Math.max(0, this.#limit - window.count)),
      'x-sentry-rate-limit-reset': String(Math.floor((startMs + WINDOW_MS) / 1000)),
      'x-sentry-rate-limit-concurrentlimit': '25',
      'x-sentry-rate-limit-concurrentremaining': '24',
    }
    return { isAllowed: window.count <= this.#limit, headers }
  }
}
