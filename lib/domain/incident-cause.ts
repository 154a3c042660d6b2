import type { Subject } from './finding.ts'
import { dlqNameOf, type Queue } from './queue.ts'

/** A stage of the flow, as far as causes need it. */
export interface CauseStage {
  readonly queue: string
  readonly service?: string | undefined
}

type KnownQueue = Pick<Queue, 'name' | 'dlqArn'>

/** Key of the cause of all that happens in the flow: its queues, their dead letters and the e-mails at its end. */
export const FLOW_CAUSE = 'flow'

/**
 * What a finding is a sign of. All signs of the flow, its services' errors among them, have one cause; where no flow is configured, e-mails are a cause of their own.
 * A queue outside the flow and its dead-letter queue are one: `queue:<name>`. A source that is silent: `source:<id>`; a series that is unlike its past: `metric:<series>`.
 */
export function causeOf(subject: Subject, flow: readonly CauseStage[], queues: readonly KnownQueue[]): string {
  if (subject.kind === 'source' || subject.kind === 'metric') return `${subject.kind}:${subject.id}`
  if (subject.kind === 'emails') return flow.length > 0 ? FLOW_CAUSE : 'emails'
  if (subject.kind === 'service')
    return flow.some(({ service }) => service === subject.id) ? FLOW_CAUSE : `service:${subject.id}`
  const names = sourcesOf(subject.id, queues)
  if (names.some((name) => flow.some((stage) => stage.queue === name))) return FLOW_CAUSE
  return `queue:${names[0] ?? subject.id}`
}

/** True where people can be without their e-mail because of a cause. */
export function concernsPeople(causeKey: string): boolean {
  return causeKey === FLOW_CAUSE || causeKey === 'emails'
}

/** The service that reads the queue of a finding, or whose dead letters it finds; null where none is configured. */
export function serviceOf(subject: Subject, flow: readonly CauseStage[], queues: readonly KnownQueue[]): string | null {
  if (subject.kind === 'service') return subject.id
  if (subject.kind !== 'queue') return null
  const names = sourcesOf(subject.id, queues)
  return flow.find((stage) => names.includes(stage.queue))?.service ?? null
}

/** The queues that a queue stands for, by name: itself, or those whose dead letters land in it. */
export function sourcesOf(name: string, queues: readonly KnownQueue[]): readonly string[] {
  const sources = queues
    .filter((queue) => dlqNameOf(queue) === name && queue.name !== name)
    .map((queue) => queue.name)
    .toSorted()
  return sources.length === 0 ? [name] : sources
}
