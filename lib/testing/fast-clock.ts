import { syncBuiltinESMExports } from 'node:module'
import timersPromises from 'node:timers/promises'

/**
 * Lets this process's clock and timers run `factor` times as fast from `startMs` on: dates, `setTimeout`, `setInterval`, the waits of
 * `node:timers/promises` and `performance.now`. Sockets, worker threads and databases keep their own time. Returns what puts all of it back.
 */
export function runClockFast(startMs: number, factor: number): () => void {
  const real = {
    Date: globalThis.Date,
    setTimeout: globalThis.setTimeout,
    setInterval: globalThis.setInterval,
    now: performance.now.bind(performance),
    wait: timersPromises.setTimeout,
  }
  const beganMs = real.now()
  const nowMs = (): number => Math.floor(startMs + (real.now() - beganMs) * factor)
  const FastDate = new Proxy(real.Date, {
    construct: (target, given: unknown[]) => Reflect.construct(target, given.length === 0 ? [nowMs()] : given) as Date,
    apply: () => new real.Date(nowMs()).toString(),
    get: (target, key, receiver) => (key === 'now' ? nowMs : (Reflect.get(target, key, receiver) as unknown)),
  })
  const shorter = (ms: number | undefined): number => (ms ?? 0) / factor
  globalThis.Date = FastDate
  globalThis.setTimeout = Object.assign(
    (task: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) =>
      real.setTimeout(task, shorter(ms), ...given),
    real.setTimeout,
  )
  globalThis.setInterval = Object.assign(
    (task: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) =>
      real.setInterval(task, shorter(ms), ...given),
    real.setInterval,
  )
  performance.now = () => beganMs + (real.now() - beganMs) * factor
  timersPromises.setTimeout = (ms, value, options) => real.wait(shorter(ms), value, options)
  syncBuiltinESMExports()
  return () => {
    globalThis.Date = real.Date
    globalThis.setTimeout = real.setTimeout
    globalThis.setInterval = real.setInterval
    performance.now = real.now
    timersPromises.setTimeout = real.wait
    syncBuiltinESMExports()
  }
}
