import type { LoopDelayFigures } from './loop-delay.ts'

/** What a run of `npm run bench:ingest` tells of one store. */
export interface IntakeFigures {
  readonly store: string
  readonly ids: number
  readonly detects: boolean
  /** Outcomes in one transaction. */
  readonly batch: number
  readonly realPerSecond: number
  readonly realPerCpuSecond: number
  /** By the kind of bare insert. */
  readonly bare: Readonly<Record<string, BareComparison>>
  readonly ratioToTenth: number
  readonly cpuRatioToTenth: number
  readonly loopDelay: LoopDelayFigures
  /** Of a thread that does nothing, at the same time. */
  readonly idleLoopDelay: LoopDelayFigures
}

export interface BareComparison {
  readonly perSecond: number
  readonly ratio: number
  readonly perCpuSecond: number
  readonly cpuRatio: number
}

const LEAST_OF_BARE = 0.5
const LEAST_OF_TENTH = 0.7

/**
 * In words, what of the figures falls short of what taking in must reach; by processor time, since machines are busy. Empty when nothing does.
 * The delay of the loop is told and not judged: a busy machine makes it.
 */
export function intakeShortfalls({ store, bare, cpuRatioToTenth }: IntakeFigures): string[] {
  const said: string[] = []
  const values = bare['values']?.cpuRatio
  if (values !== undefined && !(values >= LEAST_OF_BARE))
    said.push(`${store}: ${values} of the rate of bare inserts; at least ${LEAST_OF_BARE} is wanted`)
  if (!(cpuRatioToTenth >= LEAST_OF_TENTH))
    said.push(`${store}: ${cpuRatioToTenth} of the rate at a tenth of the ids; at least ${LEAST_OF_TENTH} is wanted`)
  return said
}
