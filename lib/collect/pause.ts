import { setTimeout as wait } from 'node:timers/promises'

/** Waits; ends early, without an error, when the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return
  await wait(ms, undefined, { signal }).catch(() => {})
}

/** How long to wait after so many failures in a row: doubling from `firstMs` to `mostMs`, between half of it and all of it by chance. */
export function backoffMs(failures: number, firstMs: number, mostMs: number): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 20)) * (0.5 + Math.random() / 2)
}
