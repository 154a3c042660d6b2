/** The query of an address as Next gives it: a name that stands twice holds a list. */
export type RawSearch = Readonly<Record<string, string | readonly string[] | undefined>>

/** One text a name: the first where it stands twice. */
export function plainSearch(search: RawSearch): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(search).map(([name, value]) => [name, typeof value === 'string' ? value : value?.[0]]),
  )
}
