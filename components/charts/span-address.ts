import type { TimeSpan } from './span-brush.ts'

/** Reads a drawn stretch from an address (`from` and `to`, epoch ms); null without one or where it makes no sense. */
export function readSpan(search: Readonly<Record<string, string | undefined>>): TimeSpan | null {
  const [fromMs, toMs] = [Number(search.from), Number(search.to)]
  const isSpan = Number.isSafeInteger(fromMs) && Number.isSafeInteger(toMs) && fromMs > 0 && fromMs < toMs
  return isSpan ? { fromMs, toMs } : null
}

/** The query of an address with the range and, when one is drawn, the stretch. */
export function writeSpan(range: string, span: TimeSpan | null): string {
  const query = new URLSearchParams({ range })
  if (span !== null) {
    query.set('from', String(span.fromMs))
    query.set('to', String(span.toMs))
  }
  return `?${query.toString()}`
}

/** The stretch that a chart can show of the one asked for; null where they do not meet. */
export function clipSpan(span: TimeSpan | null, data: TimeSpan): TimeSpan | null {
  if (span === null) return null
  const clipped = { fromMs: Math.max(span.fromMs, data.fromMs), toMs: Math.min(span.toMs, data.toMs) }
  return clipped.fromMs < clipped.toMs ? clipped : null
}
