/**
 * A sparkline as a short text, so that a list of thousands stays small and is compared at once: values apart by commas, nothing between
 * two commas for a hole, and `60x0` for sixty times zero, which is what most queues hold.
 */
export function packSpark(values: readonly (number | null)[]): string {
  if (values.length > 0 && values.every((value) => value === 0)) return `${values.length}x0`
  return values.map((value) => value ?? '').join(',')
}

/** The values again. */
export function unpackSpark(text: string): (number | null)[] {
  const zeros = /^(\d+)x0$/.exec(text)?.[1]
  if (zeros !== undefined) return Array.from({ length: Number(zeros) }, () => 0)
  return text === '' ? [] : text.split(',').map((value) => (value === '' ? null : Number(value)))
}
