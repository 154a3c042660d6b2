/** A time at which a rule held. */
export interface Stretch {
  readonly sinceMs: number
  /** Null while it lasts. */
  readonly toMs: number | null
}

/** An incident that was recorded. */
export interface Recorded extends Stretch {
  readonly name: string
  readonly title: string
}

export interface Judged<F> {
  /** Each with the name of the first incident that it lies in; null for one that lies in none. */
  readonly firings: readonly (F & { readonly incident: string | null })[]
  readonly found: readonly Recorded[]
  readonly missed: readonly Recorded[]
  /** Firings of which no incident is recorded. */
  readonly needless: number
}

const isTogether = (a: Stretch, b: Stretch): boolean =>
  a.sinceMs <= (b.toMs ?? Infinity) && b.sinceMs <= (a.toMs ?? Infinity)

/** Holds what a rule would have said against what was recorded. A firing is right when it and an incident overlap in time. */
export function judgeFirings<F extends Stretch>(firings: readonly F[], recorded: readonly Recorded[]): Judged<F> {
  const placed = firings.map((firing) => {
    return { ...firing, incident: recorded.find((incident) => isTogether(firing, incident))?.name ?? null }
  })
  const isFound = (incident: Recorded): boolean => firings.some((firing) => isTogether(firing, incident))
  return {
    firings: placed,
    found: recorded.filter(isFound),
    missed: recorded.filter((incident) => !isFound(incident)),
    needless: placed.filter(({ incident }) => incident === null).length,
  }
}
