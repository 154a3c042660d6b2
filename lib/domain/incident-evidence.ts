import { counted, figure } from './count-words.ts'
import { excusedClause, type Excused } from './excused-words.ts'

/** All that decides whether an incident is over. Null means not known, which never ends anything. */
export interface ClosingEvidence {
  /** Findings of the incident that still hold. */
  readonly openFindings: number
  readonly isBlind: boolean
  /** Services whose errors were a finding and are usual again. */
  readonly calmServices?: readonly string[]
  /** Queues of its findings with the messages that their readers processed since they were well again; Spillway's own deletes left out. */
  readonly queues: readonly { readonly label: string; readonly processed: number | null }[]
  /** E-mails come of what it concerns, so that outcomes must follow; null where they need not. */
  readonly outcomes: OutcomeEvidence | null
}

export interface OutcomeEvidence extends Excused {
  readonly label: string
  /** Everybody whom it affected. */
  readonly affected: number
  /** Those of them who are still without, and no reason outside of the incident is known. */
  readonly remaining: number
  /** Those of them who are without no longer, and of whom no e-mail is known to have gone out yet. */
  readonly pending: number
  /** Profiles that were created while it lasted and of which no e-mail is known at all. */
  readonly waiting: number
  /** Whether any e-mail was accepted or delivered since it healed. */
  readonly hasGoodOutcome: boolean
}

/** `proof` is one plain sentence that says what the end rests on; `missing` what is not shown yet. */
export type ClosingVerdict =
  | { readonly isOver: true; readonly proof: string }
  | { readonly isOver: false; readonly missing: string }

/** Whether evidence shows that an incident is over. Only what is positively known ends it; nothing does so by being silent. */
export function closingVerdict(evidence: ClosingEvidence): ClosingVerdict {
  const { openFindings, isBlind, queues, outcomes, calmServices = [] } = evidence
  if (openFindings > 0)
    return open(`${counted(openFindings, 'finding')} still ${openFindings === 1 ? 'holds' : 'hold'}`)
  if (isBlind) return { isOver: true, proof: 'The source answers again' }
  const idle = queues.find(({ processed }) => (processed ?? 0) <= 0)
  if (idle !== undefined) return open(`no message of ${idle.label} is known to be processed since`)
  const followed = outcomes === null ? { isOver: true as const, proof: null } : outcomesVerdict(outcomes)
  if (!followed.isOver) return followed
  const processed = queues.map((queue) => `${queue.label}: ${figure(queue.processed ?? 0)} processed`)
  const calm = calmServices.map((service) => `${service}: errors as usual`)
  const parts = [...processed, ...calm, followed.proof].filter((part) => part !== null)
  return parts.length === 0 ? open('nothing shows that it is over') : { isOver: true, proof: parts.join('; ') }
}

function outcomesVerdict(
  outcomes: OutcomeEvidence,
): { readonly isOver: true; readonly proof: string } | { readonly isOver: false; readonly missing: string } {
  const { label, affected, remaining, pending, excused, waiting, hasGoodOutcome } = outcomes
  if (remaining > 0) return open(`${counted(remaining, 'person is', 'people are')} still without their ${label}`)
  if (pending > 0) return open(`of ${counted(pending, 'person', 'people')} no ${label} is known to have gone out yet`)
  if (waiting > 0) return open(`of ${counted(waiting, 'profile')} created meanwhile no ${label} is known yet`)
  const healed = affected - excused
  if (healed <= 0 && !hasGoodOutcome) return open(`no ${label} is known to have gone out since`)
  if (healed <= 0)
    return {
      isOver: true,
      proof: excused === 0 ? 'e-mails go out again' : `e-mails go out again; ${excusedClause(outcomes)}`,
    }
  if (excused > 0)
    return {
      isOver: true,
      proof: `${figure(healed)} of ${counted(affected, 'person', 'people')} affected have their ${label}; ${excusedClause(outcomes)}`,
    }
  const who = healed === 1 ? 'the one person affected has' : `all ${figure(healed)} people affected have`
  return { isOver: true, proof: `${who} their ${label}` }
}

function open(missing: string): { readonly isOver: false; readonly missing: string } {
  return { isOver: false, missing }
}
