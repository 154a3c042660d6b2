const STEPS_PX = [0, 3, 6, 9, 6, 3, 0, -3, -6, -9, -6, -3] as const

/** By how many px the screen stands aside in this minute, so that nothing burns into it: a slow figure that comes back to its place. */
export function wallShift(nowMs: number): { readonly x: number; readonly y: number } {
  const minute = Math.floor(nowMs / 60_000)
  return { x: STEPS_PX[minute % 12] ?? 0, y: STEPS_PX[Math.floor(minute / 5) % 12] ?? 0 }
}

/** Seconds until the fastest source is read again; 0 when that is due. */
export function secondsToNextPoll(nowMs: number, lastReadingMs: number, everySeconds: number): number {
  return Math.max(0, Math.ceil((lastReadingMs + everySeconds * 1000 - nowMs) / 1000))
}
