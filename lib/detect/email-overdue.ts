import type { Subject } from '#lib/domain/finding.ts'
import { defineDetector, type DetectEvent, type Examined } from './define-detector.ts'

const SUBJECT: Subject = { kind: 'emails', id: 'overdue' }
const HOUR_MS = 3_600_000
/** A planned e-mail is sent by a job of every hour, which may be late itself. */
const OVERDUE_AFTER_MS = 2 * HOUR_MS
/** One or two may hang by themselves. */
const LEAST_OVERDUE = 3
/** Hours are told apart up to so many; e-mails planned beyond are counted when they are told of again. */
const MOST_HOURS = 3000

interface OverdueState {
  /** E-mails that are scheduled, by the hour for which they are planned (hours since 1970). */
  readonly due: Readonly<Record<string, number>>
  /** History came since the last tick: what was overdue in it is of the past. */
  readonly hasHistory: boolean
}

function move(due: OverdueState['due'], atMs: number | null, by: number): OverdueState['due'] {
  if (atMs === null) return due
  const hour = String(Math.floor(atMs / HOUR_MS))
  const count = (due[hour] ?? 0) + by
  if (count <= 0) return withoutHours(due, [hour])
  return hour in due || Object.keys(due).length < MOST_HOURS ? { ...due, [hour]: count } : due
}

function pastHours({ due }: OverdueState, atMs: number): string[] {
  const past: string[] = []
  // Hours are whole numbers, so an object names them in their order.
  for (const hour of Object.keys(due)) {
    if ((Number(hour) + 1) * HOUR_MS + OVERDUE_AFTER_MS > atMs) break
    past.push(hour)
  }
  return past
}

function withoutHours(due: OverdueState['due'], hours: readonly string[]): OverdueState['due'] {
  const others: Record<string, number> = { ...due }
  for (const hour of hours) delete others[hour]
  return others
}

function take(state: OverdueState, event: DetectEvent): OverdueState {
  if (event.kind === 'tick') {
    if (!state.hasHistory) return state
    return { due: withoutHours(state.due, pastHours(state, event.atMs)), hasHistory: false }
  }
  if (event.kind !== 'outcome') return state
  const before = event.before?.dueMs ?? null
  if (before === event.dueMs) return state
  const due = move(move(state.due, before, -1), event.dueMs, 1)
  return { due, hasHistory: state.hasHistory || event.isBackfill }
}

/** Onboarding e-mails that are planned and still not sent two hours after the hour for which they were. */
export const emailOverdue = defineDetector<OverdueState>({
  id: 'email-overdue',
  title: 'Planned onboarding e-mails are not sent',
  rule: 'At least 3 onboarding e-mails are still scheduled 2 hours after the hour for which they were planned. From when on one such person counts as without is another matter: emails.overdueAfterMinutes. What is overdue in imported history is not counted. Closes when fewer are.',
  isTimed: true,
  subjectsOf: (event) =>
    event.kind === 'outcome' && event.isOnboarding && (event.dueMs !== null || (event.before?.dueMs ?? null) !== null)
      ? [SUBJECT]
      : [],
  initial: () => ({ due: {}, hasHistory: false }),
  examine: (before, event): Examined<OverdueState> => {
    const state = take(before, event)
    if (event.kind !== 'tick') return { state, finding: 'unchanged' }
    const hours = pastHours(state, event.atMs)
    const overdue = hours.reduce((sum, hour) => sum + (state.due[hour] ?? 0), 0)
    if (overdue < LEAST_OVERDUE) return { state, finding: null }
    const sinceMs = Math.min(...hours.map(Number)) * HOUR_MS
    const title = `${overdue} planned onboarding e-mails are past their time and not sent`
    const evidence = { overdue, sinceMs }
    return {
      state,
      finding: { detector: 'email-overdue', subject: SUBJECT, severity: 'bad', title, sinceMs, evidence },
    }
  },
})
