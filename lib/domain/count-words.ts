/** A whole number with a narrow no-break space between thousands, so that a figure never breaks over two lines: `12 345`. */
export function figure(count: number): string {
  return Math.round(count)
    .toString()
    .replaceAll(/\B(?=(\d{3})+$)/g, '\u202F')
}

/** A count with its noun: `1 person`, `37 people`. Without a plural the noun takes an s. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${figure(count)} ${count === 1 ? one : many}`
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

/** The sentence's first letter in upper case; names of queues are left alone by starting the sentence with them yourself. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
