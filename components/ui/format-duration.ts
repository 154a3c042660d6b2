const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A span in its two largest units: `34 s`, `38 min`, `5 h 12 min`, `3 d 4 h`, `86 d`. A negative span counts as nothing. */
export function formatDuration(spanMs: number): string {
  const span = Math.max(0, spanMs)
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`
  if (span < 2 * DAY) return twoUnits(span, [HOUR, 'h'], [MINUTE, 'min'])
  if (span < 14 * DAY) return twoUnits(span, [DAY, 'd'], [HOUR, 'h'])
  return `${Math.floor(span / DAY)} d`
}

function twoUnits(span: number, [large, largeName]: [number, string], [small, smallName]: [number, string]): string {
  const rest = Math.floor((span % large) / small)
  return `${Math.floor(span / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`
}
