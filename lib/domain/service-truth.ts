import { counted, figure } from './count-words.ts'
import type { QueueVerdict } from './queue-truth.ts'
import type { SourceSightState } from './source-sight-state.ts'

/** What Sentry tells of one service. */
export interface ServiceEvidence {
  /** State of the source Sentry, and since when it is not seen. */
  readonly source: SourceSightState
  readonly unseenSinceMs: number | null
  /** Null where the settings name no project for the service. */
  readonly project: string | null
  /** The project has sent at least one error at some time: without that, silence proves nothing. */
  readonly hasEverSent: boolean
  /** Errors of the last hour; null where Sentry told nothing of it. */
  readonly errors: number | null
  /** Errors of a usual hour, from the days before; null while too little is known. */
  readonly usualErrors: number | null
}

/** What is true of a service as Sentry sees it. Zero counts only where Sentry answers and the project has spoken before. */
export function serviceTruth(evidence: ServiceEvidence): QueueVerdict {
  if (evidence.project === null) return unknown('not watched')
  if (evidence.source === 'not-configured') return unknown('Sentry not connected')
  if (evidence.source === 'waiting') return unknown('not read yet')
  if (evidence.source === 'not-read') return unknown('not read', evidence.unseenSinceMs)
  if (evidence.source === 'failing') return unknown('not seen', evidence.unseenSinceMs)
  if (!evidence.hasEverSent) return unknown('has never sent')
  const { errors, usualErrors } = evidence
  if (errors === null) return unknown('not told')
  if (errors === 0) return { truth: 'ok', word: 'no errors', sinceMs: null }
  const words = counted(errors, 'error')
  const isUsual = errors < LEAST_ERRORS || errors <= mostUsual(usualErrors ?? 0)
  return {
    truth: isUsual ? 'ok' : 'bad',
    word: isUsual || usualErrors === null ? words : `${words}, usually ${figure(usualErrors)}`,
    sinceMs: null,
  }
}

/** Fewer errors than this in an hour wake nobody, however quiet the service usually is. */
export const LEAST_ERRORS = 10

/** A stage of the flow, as far as its service needs it. */
interface ServedStage {
  readonly service?: string | undefined
  readonly sentryProject?: string | undefined
}

/** Each service with its Sentry project: one that reads several queues needs it named at one of them only. */
export function projectsOf(flow: readonly ServedStage[]): Map<string, string | null> {
  const projects = new Map<string, string | null>()
  for (const { service, sentryProject } of flow)
    if (service !== undefined) projects.set(service, projects.get(service) ?? sentryProject ?? null)
  return projects
}

/** The most errors that a usual hour has: three standard deviations of a count above its mean. */
export function mostUsual(usualErrors: number): number {
  return usualErrors + 3 * Math.sqrt(usualErrors) + 1
}

function unknown(word: string, sinceMs: number | null = null): QueueVerdict {
  return { truth: 'unknown', word, sinceMs }
}
