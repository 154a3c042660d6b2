const STEPS: readonly { readonly seconds: number; readonly unit: string }[] = [
  { seconds: 86_400, unit: 'd' },
  { seconds: 3600, unit: 'h' },
  { seconds: 60, unit: 'min' },
  { seconds: 1, unit: 's' },
]

/** A length of time in at most two units: `45 s`, `12 min`, `3 h 20 min`, `4 d`. Negative lengths (clocks that differ) count as none. */
export function durationWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const first = STEPS.findIndex((step) => whole >= step.seconds)
  const big = STEPS[first]
  if (big === undefined) return '0 s'
  const small = STEPS[first + 1]
  const rest = whole % big.seconds
  const parts = [`${Math.floor(whole / big.seconds)} ${big.unit}`]
  if (small !== undefined && rest >= small.seconds) parts.push(`${Math.floor(rest / small.seconds)} ${small.unit}`)
  return parts.join(' ')
}
