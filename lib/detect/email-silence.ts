import type { Finding, Subject } from '#lib/domain/finding.ts'
import { defineDetector, type AnyDetector, type DetectEvent, type Examined } from './define-detector.ts'
import { segmentKeys, segmentWords } from './segments.ts'
import { ALL, UNHEARD, type SilenceAlarm, type SilenceState } from './silence-state.ts'
import { hear, listen, passLiveTime, passTime } from './watch-silence.ts'
import { PART_MS } from './expected-traffic.ts'
import { ENGLISH_TRAINEES, type Calendar } from './working-calendar.ts'

const SUBJECT: Subject = { kind: 'emails', id: 'silence' }
/** The source whose failure makes us blind for e-mails. */
const SOURCE = 'email-outcomes'

const whole = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

function titleOf({ segment, missing, late }: SilenceAlarm): string {
  if (late > 0) return `${late} onboarding e-mails came late, all at once: they were held back`
  const about = Math.max(1, Math.round(missing))
  return `${whole(segmentWords(segment))} have stopped: none came where about ${about} are usual`
}

function findingOf(alarm: SilenceAlarm): Finding {
  const { segment, sinceMs, missing, late } = alarm
  return {
    detector: 'email-silence',
    subject: SUBJECT,
    severity: 'bad',
    title: titleOf(alarm),
    sinceMs,
    evidence: {
      segment: segment === ALL ? null : segment,
      expected: late > 0 ? null : Math.round(missing * 10) / 10,
      late: late > 0 ? late : null,
      sinceMs,
    },
  }
}

/** Each e-mail is heard once: when something first becomes known of it besides that it is planned. */
function isHeard(event: Extract<DetectEvent, { kind: 'outcome' }>): boolean {
  const isFate = event.status === 'accepted' || event.status === 'delivered' || event.status === 'failed'
  const was = event.before?.status
  return isFate && (was === undefined || was === 'scheduled')
}

/** Segments in which silence is watched: few, since each has a week of habits to remember. */
const isStream = (segment: string): boolean => segment === ALL || segment.startsWith('profile:')

function take(state: SilenceState, event: DetectEvent, calendar: Calendar): SilenceState {
  switch (event.kind) {
    case 'tick':
      return listen(passLiveTime(state, event.atMs, calendar))
    case 'source': {
      const isBlind = !event.isOk
      return isBlind === state.isBlind ? state : { ...passLiveTime(state, event.atMs, calendar), isBlind }
    }
    case 'outcome': {
      if (!isHeard(event)) return state
      const { atMs, seenMs, isBackfill } = event
      const segments = segmentKeys(event.segments).filter(isStream)
      if (!isBackfill) return hear(passLiveTime(state, seenMs, calendar), { atMs, seenMs, segments })
      if (seenMs < state.clockMs) return state
      return hear(passTime(state, seenMs, calendar), { atMs: seenMs, seenMs, segments })
    }
    default:
      return state
  }
}

/** A tick that brings nothing new is not kept: what it would add is added again by the next one, so the store is spared. */
function isWorthKeeping(before: SilenceState, after: SilenceState, event: DetectEvent): boolean {
  if (event.kind !== 'tick' || before.alarm !== after.alarm || before.watchedFromMs !== after.watchedFromMs) return true
  return Math.floor(before.clockMs / PART_MS) !== Math.floor(after.clockMs / PART_MS)
}

/**
 * Onboarding e-mails that should come and do not: all of them, or those to new or to known trainees. What should come is learned by the hour
 * of the week in the calendar's zone, with days off, cohorts and the level of late; also found is a crowd that comes late all at once.
 */
export function silenceOfEmails(calendar: Calendar): AnyDetector {
  return defineDetector<SilenceState>({
    id: 'email-silence',
    title: 'Onboarding e-mails have stopped',
    rule: 'No onboarding e-mail came for a time in which, by the hour of the week, days off and the last days, at least five to sixteen were to be expected (the more traffic, the more). Also said when many come late at once. Needs two weeks of history. Closes at the next one.',
    isTimed: true,
    subjectsOf: (event) => {
      const isOfEmails =
        event.kind === 'outcome' ? event.isOnboarding : event.kind === 'source' && event.source === SOURCE
      return isOfEmails ? [SUBJECT] : []
    },
    initial: () => UNHEARD,
    examine: (state, event): Examined<SilenceState> => {
      const after = take(state, event, calendar)
      const kept = isWorthKeeping(state, after, event) ? after : state
      return { state: kept, finding: after.alarm === null ? null : findingOf(after.alarm) }
    },
  })
}

/** The same for English working days and the dates on which trainees rotate. */
export const emailSilence = silenceOfEmails(ENGLISH_TRAINEES)
