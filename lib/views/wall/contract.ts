import { z } from 'zod'
import type { Truth } from '#lib/domain/truth.ts'
import { defineView } from '#lib/views/define-view.ts'
import type { Headline } from '#lib/views/shared.ts'

/** One tile of the wall. No personal data: counts and names of queues and services only. */
export interface WallTile {
  readonly id: string
  readonly label: string
  readonly truth: Truth
  /** The figure; null = not known, shown as a hatched square. */
  readonly figure: number | null
  readonly unit: string
  readonly word: string
  readonly sinceMs: number | null
  readonly asOfMs: number | null
}

export interface Wall {
  readonly nowMs: number
  readonly team: string
  readonly timeZone: string
  readonly headline: Headline
  /** Open incidents by name and whether somebody cares for them, without names of people; null when there is none. */
  readonly incidents: string | null
  /** At most seven, worst first. */
  readonly tiles: readonly WallTile[]
  readonly lastReadingMs: number | null
  /** Seconds between two readings of the fastest source, for the countdown. */
  readonly everySeconds: number
  readonly sandboxNote: string | null
  readonly version: string
}

export const wallView = defineView<Wall>()({
  name: 'wall',
  audience: 'wall',
  params: z.strictObject({}),
  topics: ['queues', 'emails', 'findings', 'incidents', 'sources'],
})
