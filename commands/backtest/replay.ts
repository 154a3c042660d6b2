import { z } from 'zod'
import type { BacktestFormat } from './backtest-format.ts'
import type { DetectEvent } from '#lib/detect/define-detector.ts'
import { emailFailedSpike } from '#lib/detect/email-failed-spike.ts'
import { emailSilence } from '#lib/detect/email-silence.ts'
import { openOutcomeBook, type OutcomeBook } from '#lib/detect/outcome-book.ts'
import { runDetectors, type SubjectState, type Verdict } from '#lib/detect/run-detectors.ts'
import { subjectKey } from '#lib/domain/finding.ts'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'

const moment = z.iso.datetime()

const LINE = z.discriminatedUnion('type', [
  z.object({ type: z.literal('header') }),
  z.object({ type: z.literal('tick'), seen: moment }),
  z.object({
    type: z.literal('email'),
    id: z.string(),
    seen: moment,
    at: moment,
    profile: z.enum(['new', 'existing']).nullish(),
    person: z.string().nullish(),
    template: z.string(),
    outcome: z.enum(['sent', 'failed']),
    reason: z.string().nullish(),
  }),
])

type EmailLine = Extract<z.output<typeof LINE>, { type: 'email' }>

const DETECTORS = [emailFailedSpike, emailSilence]

/**
 * Outcomes of onboarding e-mails in their order of arrival, and a tick each minute: `{"type":"email","id","seen","at","profile","person",
 * "template","outcome","reason"}`, `{"type":"tick","seen"}`. Answers `{"at","kind":"failures"|"silence",…}` for each incident that a person
 * would be told of, also when one becomes far worse, and `{"ack"}` after each tick. Repeated ids are told apart by the same rules as live.
 */
export const replay: BacktestFormat = () => {
  const book = openOutcomeBook()
  const told = new Map<string, number>()
  let states: readonly SubjectState[] = []
  const tell = (events: readonly DetectEvent[], seen: string): string[] => {
    const run = runDetectors(DETECTORS, events, states)
    states = run.states
    return run.verdicts.flatMap((verdict) => pagesOf(verdict, told, seen))
  }
  return (text) => {
    const line = parse(text)
    if (line.type === 'header') return []
    if (line.type === 'tick')
      return [...tell([{ kind: 'tick', atMs: Date.parse(line.seen) }], line.seen), JSON.stringify({ ack: line.seen })]
    return tell(eventsOf(line, book), line.seen)
  }
}

function parse(text: string): z.output<typeof LINE> {
  const parsed = LINE.safeParse(JSON.parse(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Error(`${issue?.path.join('.') ?? 'the line'}: ${issue?.message ?? 'is not understood'}`)
}

/** One page for a finding that opens, and one for each time that it becomes far worse. */
function pagesOf({ detector, subject, finding }: Verdict, told: Map<string, number>, seen: string): string[] {
  const key = subjectKey(subject)
  const before = told.get(key)
  if (finding === null) {
    told.delete(key)
    return []
  }
  const worsened = Number(finding.evidence['worsened'] ?? 0)
  told.set(key, worsened)
  if (before !== undefined && worsened <= before) return []
  const { title, sinceMs, evidence } = finding
  const kind = detector === emailSilence.id ? 'silence' : 'failures'
  return [JSON.stringify({ at: seen, kind, title, since: new Date(sinceMs).toISOString(), evidence })]
}

function eventsOf(line: EmailLine, book: OutcomeBook): DetectEvent[] {
  return book
    .tell(outcomeOf(line), { isBackfill: false })
    .map((told) =>
      told.kind === 'outcome' ? { ...told, segments: { ...told.segments, profile: line.profile ?? null } } : told,
    )
}

function outcomeOf(line: EmailLine): OutcomeEvent {
  const atMs = Date.parse(line.at)
  const isFailed = line.outcome === 'failed'
  return {
    eventKey: `${line.id} ${line.outcome} ${line.reason ?? ''}`,
    notificationId: line.id,
    status: isFailed ? 'failed' : 'delivered',
    reason: isFailed ? reasonOf(line.reason ?? '') : 'none',
    reasonDetail: null,
    rawStatus: line.outcome,
    rawDetail: line.reason ?? null,
    order: { atMs, sequence: null, sentTimestampMs: null },
    facts: {
      notificationType: line.template,
      isOnboarding: true,
      isEmail: true,
      personRef: line.person ?? null,
      isTest: false,
      isLocalOffice: false,
      contactDomain: null,
      localOffice: null,
      programmeNumber: null,
      sentAtMs: atMs,
      lastRetryMs: null,
    },
    observedAtMs: Date.parse(line.seen),
  }
}

function reasonOf(text: string): OutcomeEvent['reason'] {
  if (text === 'no-email-address') return 'no_email_address'
  return text === 'bounced' ? 'bounce_undetermined' : 'other'
}
