import { z } from 'zod'

const events = z.object({
  detected: z.number(),
  windows: z.number(),
  falseAlarms: z.number(),
  falsePerWeek: z.number(),
  threshold: z.number().nullable(),
})

/** What the scoring program says of one set of results; its other fields are left out. */
export const NAB_REPORT = z.object({
  profiles: z.record(z.string(), z.object({ score: z.number(), detected: z.number(), fpRows: z.number() })),
  events: z.object({ atStandardThreshold: events, atBudget: events }),
})

export type NabReport = z.output<typeof NAB_REPORT>

export interface NabMeasures {
  /** All files, and every second file by path beginning with the first and with the second, at the fixed threshold. */
  readonly all: NabReport
  readonly odd: NabReport
  readonly even: NabReport
  readonly microsecondsAPoint: number
}

/** What is asked for, and the least that is; microseconds and the distance of the halves are upper limits. */
const GOALS = { standard: 72, windows: 45, halvesApart: 8, microsecondsAPoint: 10 }
const LEAST = { standard: 66, windows: 41, halvesApart: 8, microsecondsAPoint: 10 }

const standardOf = (report: NabReport): number => report.profiles['standard']?.score ?? Number.NaN
const rounded = (value: number): number => Math.round(value * 100) / 100

const isWithin = (ratios: Readonly<Record<string, number>>): boolean =>
  Object.values(ratios).every((ratio) => ratio <= 1)

export interface NabFigures {
  readonly figures: Readonly<Record<string, number>>
  /** Each figure against its goal; 1 or less is met. */
  readonly ratios: Readonly<Record<string, number>>
  readonly isMet: boolean
  readonly isLeastMet: boolean
}

/** The figures that count, what they are against the goals, and whether the goals and the least are met. */
export function nabFigures({ all, odd, even, microsecondsAPoint }: NabMeasures): NabFigures {
  const { atStandardThreshold, atBudget } = all.events
  const counted = {
    standard: rounded(standardOf(all)),
    windows: atBudget.detected,
    halvesApart: rounded(Math.abs(standardOf(odd) - standardOf(even))),
    microsecondsAPoint: rounded(microsecondsAPoint),
  }
  const against = (limits: typeof GOALS): Record<string, number> => ({
    standard: rounded(limits.standard / counted.standard),
    windows: rounded(limits.windows / counted.windows),
    halvesApart: rounded(counted.halvesApart / limits.halvesApart),
    microsecondsAPoint: rounded(counted.microsecondsAPoint / limits.microsecondsAPoint),
  })
  const ratios = against(GOALS)
  return {
    figures: {
      ...counted,
      windowsOf: atBudget.windows,
      falseAlarmsAWeekAtBudget: rounded(atBudget.falsePerWeek),
      windowsAtFixedThreshold: atStandardThreshold.detected,
      falseAlarmsAWeekAtFixedThreshold: rounded(atStandardThreshold.falsePerWeek),
      odd: rounded(standardOf(odd)),
      even: rounded(standardOf(even)),
      rewardLowFalsePositives: rounded(all.profiles['reward_low_FP_rate']?.score ?? Number.NaN),
      rewardLowFalseNegatives: rounded(all.profiles['reward_low_FN_rate']?.score ?? Number.NaN),
    },
    ratios,
    isMet: isWithin(ratios),
    isLeastMet: isWithin(against(LEAST)),
  }
}
