/** What decides when a queue is empty. Counts in messages; null = not known. */
export interface DrainFacts {
  readonly visible: number | null
  readonly inFlight: number | null
  readonly delayed: number | null
  /** Of the same window. */
  readonly sent: number | null
  readonly deleted: number | null
}

export type Drain =
  | { readonly kind: 'empty' }
  /** At the present rate it is empty after so many seconds. */
  | { readonly kind: 'drains'; readonly seconds: number }
  /** As much comes in as goes out, or more. */
  | { readonly kind: 'stays' }
  | { readonly kind: 'unknown' }

/** When a queue is empty if messages go on coming and going as they did in the window of `windowSeconds`. */
export function drainOf({ visible, inFlight, delayed, sent, deleted }: DrainFacts, windowSeconds: number): Drain {
  if (visible === null || inFlight === null || delayed === null) return { kind: 'unknown' }
  const left = visible + inFlight + delayed
  if (left === 0) return { kind: 'empty' }
  if (sent === null || deleted === null) return { kind: 'unknown' }
  const net = deleted - sent
  return net > 0 ? { kind: 'drains', seconds: (left / net) * windowSeconds } : { kind: 'stays' }
}

/** Processed for each message sent, 1 when they are even; null where nothing was sent or is known. */
export function parityOf({ sent, deleted }: Pick<DrainFacts, 'sent' | 'deleted'>): number | null {
  return sent === null || deleted === null || sent === 0 ? null : deleted / sent
}
