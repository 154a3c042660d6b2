/** Narrow space that never breaks a line: between thousands, and between a figure and its unit. */
export const THIN_SPACE = '\u202f'

/** A count with thin-space thousands; a fraction keeps one digit below 100 and two that count below 1. Null (not known) is a dash, never zero. */
export function formatCount(value: number | null): string {
  if (value === null) return '—'
  if (Math.abs(value) > 0 && Math.abs(value) < 1) return String(Number(value.toPrecision(2)))
  const isWhole = Number.isInteger(value) || Math.abs(value) >= 100
  const [whole = '', fraction] = (isWhole ? String(Math.round(value)) : value.toFixed(1)).split('.')
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, THIN_SPACE)
  return fraction === undefined || fraction === '0' ? grouped : `${grouped}.${fraction}`
}

/** `1 message`, `412 messages`: the count with the right form of the noun. */
export function formatCounted(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`
}
