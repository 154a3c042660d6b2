import type { World } from '#world/world.ts'

/** People as a sentence counts them. */
export interface PeopleTold {
  readonly named: number
  /** Profiles "that we can count but not name". */
  readonly counted: number
}

/** Reads the figures out of the sentence; zero where it says nothing of them. */
export function peopleTold(sentence: string): PeopleTold {
  const figure = (pattern: RegExp): number => Number(pattern.exec(sentence)?.[1]?.replaceAll(/\D/g, '') ?? '0')
  return {
    named: figure(/([\d\u202f]+) (?:person is|people are) without/),
    counted: figure(/about ([\d\u202f]+) profiles? that we can count but not name/i),
  }
}

/** The references of people who are without their e-mail now, by the sandbox's own record. */
export function listWithout(world: World, { hasProfiles = true } = {}): string[] {
  const { withoutAfterMinutes, overdueAfterMinutes } = world.durations
  return world.record
    .listWithout({
      nowMs: Date.now(),
      withoutAfterMs: withoutAfterMinutes * 60_000,
      overdueAfterMs: overdueAfterMinutes * 60_000,
      hasProfiles,
    })
    .map(({ traineeTisId }) => traineeTisId)
    .toSorted()
}
