import type { RedriveStand } from './redrive-stand.ts'

/** A behaviour of the server without which the product's own path cannot be judged there. */
export interface Probe {
  readonly title: string
  /** Resolves when the server has it; throws what it did instead. */
  run(stand: RedriveStand): Promise<void>
}

/** One thing that the product's redrives promise, on whatever server it is asked of. */
export interface RedriveCheck {
  /** Stable: the kept expectations name it. */
  readonly id: string
  readonly title: string
  /** Asked of the server first; where one is missing, the check says so instead of running. */
  readonly needs: readonly Probe[]
  /** Resolves when the promise is kept; throws what is wrong. */
  run(stand: RedriveStand): Promise<void>
}
