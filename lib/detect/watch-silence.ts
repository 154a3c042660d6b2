import { SILENCE } from './email-parameters.ts'
import { countedOnPerHour, learnPart, NO_TRAFFIC, PART_MS } from './expected-traffic.ts'
import { ALL, newStream, type SilenceState, type StreamWatch } from './silence-state.ts'
import { beliefOf, habitOf } from './weekly-habit.ts'
import { localMoment, type Calendar } from './working-calendar.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** Whether there is history enough to say what is missing. */
function isFamiliar({ firstMs, clockMs }: SilenceState): boolean {
  return firstMs > 0 && clockMs - firstMs >= SILENCE.leastHistoryDays * DAY_MS
}

/** A longer time without an e-mail, as a wrong date in history makes one, is passed over. */
const MOST_AT_ONCE_MS = 60 * DAY_MS

/** Lets time pass up to a moment that was watched. Pure; a moment before the clock changes nothing. */
export function passTime(state: SilenceState, toMs: number, calendar: Calendar): SilenceState {
  if (state.clockMs === 0 || toMs <= state.clockMs) return state
  if (toMs - state.clockMs > MOST_AT_ONCE_MS) return skipTo(state, toMs, calendar)
  let next = state
  while (next.clockMs < toMs) {
    const endMs = (Math.floor(next.clockMs / PART_MS) + 1) * PART_MS
    next = addMissing(next, Math.min(toMs, endMs))
    if (next.clockMs === endMs) next = closePart(next, endMs, calendar)
  }
  return next
}

/** The same for a live moment: time in which Spillway itself was not there tells nothing. */
export function passLiveTime(state: SilenceState, toMs: number, calendar: Calendar): SilenceState {
  if (state.clockMs === 0 || toMs === state.clockMs) return state
  // Clocks of processes differ by little; one that was far ahead was wrong.
  if (toMs < state.clockMs) return state.clockMs - toMs > HOUR_MS ? skipTo(state, toMs, calendar) : state
  const isUnseen = state.isBlind || toMs - state.clockMs > SILENCE.blindMinutes * MINUTE_MS
  return isUnseen ? skipTo(state, toMs, calendar) : passTime(state, toMs, calendar)
}

function skipTo(state: SilenceState, toMs: number, calendar: Calendar): SilenceState {
  const streams = mapStreams(state, (stream) => ({
    ...stream,
    missing: 0,
    count: 0,
    lastMs: Math.min(stream.lastMs, toMs),
  }))
  const skipped = { ...state, streams, clockMs: toMs, watchedFromMs: toMs }
  return countOn(believeAnew(skipped, toMs, calendar), toMs, calendar)
}

function mapStreams(
  { streams }: SilenceState,
  change: (stream: StreamWatch, key: string) => StreamWatch,
): Record<string, StreamWatch> {
  // Called for every ten minutes of history; lists of pairs on the way would be most of its work.
  const changed: Record<string, StreamWatch> = {}
  for (const key of Object.keys(streams)) {
    const stream = streams[key]
    if (stream !== undefined) changed[key] = change(stream, key)
  }
  return changed
}

function addMissing(state: SilenceState, toMs: number): SilenceState {
  const hours = (toMs - state.clockMs) / HOUR_MS
  const streams = mapStreams(state, (stream) => ({ ...stream, missing: stream.missing + stream.perHour * hours }))
  return { ...state, streams, clockMs: toMs }
}

/** Learns ten minutes that have passed, and says anew what can be counted on. Nothing is learned from a silence. */
function closePart(state: SilenceState, endMs: number, calendar: Calendar): SilenceState {
  const known = { calendar, isFamiliar: isFamiliar(state) }
  const streams = mapStreams(state, (stream) => {
    const part = { fromMs: endMs - PART_MS, count: stream.count }
    const traffic = state.alarm === null ? learnPart(stream.traffic, stream.belief, part, known) : stream.traffic
    return { ...stream, traffic, count: 0 }
  })
  const next = endMs % HOUR_MS === 0 ? believeAnew({ ...state, streams }, endMs, calendar) : { ...state, streams }
  return countOn(next, endMs, calendar)
}

function believeAnew(state: SilenceState, atMs: number, calendar: Calendar): SilenceState {
  const moment = localMoment(atMs, calendar)
  const all = habitOf(state.streams[ALL]?.traffic ?? NO_TRAFFIC, null)
  const streams = mapStreams(state, (stream, key) => ({
    ...stream,
    belief: beliefOf(key === ALL ? all : habitOf(stream.traffic, all), moment),
  }))
  return { ...state, streams }
}

function countOn(state: SilenceState, atMs: number, calendar: Calendar): SilenceState {
  const streams = mapStreams(state, (stream) => ({
    ...stream,
    perHour: countedOnPerHour(stream.traffic, stream.belief, atMs, calendar),
  }))
  return { ...state, streams }
}

/** Evidence of silence in nats: how unlikely the gap is, where the true rate strays from the expected one. */
export function silenceOf({ missing }: StreamWatch): number {
  return SILENCE.dispersion * Math.log(1 + missing / SILENCE.dispersion)
}

/** E-mails an hour that the gap is measured against: those of now, or of the whole gap where that began at a busier time. */
function trafficOf({ perHour, missing, lastMs }: StreamWatch, clockMs: number): number {
  const hours = Math.max(0, clockMs - lastMs) / HOUR_MS
  return Math.max(perHour, hours > 0 ? missing / hours : 0, 0.05)
}

/**
 * Evidence needed. Where many e-mails come, the next minutes soon tell more and gaps are many; where few come, waiting costs hours and
 * gaps are few. So the evidence needed grows with the logarithm of the traffic.
 */
function neededFor(key: string, stream: StreamWatch, { clockMs, endedMs }: SilenceState): number {
  const wanted = SILENCE.needed + SILENCE.perLogTraffic * Math.log(trafficOf(stream, clockMs))
  const weary = clockMs - endedMs < SILENCE.wearyHours * HOUR_MS ? SILENCE.wearyNeeded : 0
  const part = key === ALL ? 0 : key === 'profile:new' ? SILENCE.newNeeded : SILENCE.otherNeeded
  return Math.min(SILENCE.mostNeeded, Math.max(SILENCE.leastNeeded, wanted)) + weary + part
}

/** Whether anything is silent, after time has passed. */
export function listen(state: SilenceState): SilenceState {
  if (state.alarm !== null || state.isBlind || !isFamiliar(state)) return state
  for (const [segment, stream] of Object.entries(state.streams))
    if (silenceOf(stream) >= neededFor(segment, stream, state))
      return { ...state, alarm: { segment, sinceMs: stream.lastMs, missing: stream.missing, late: 0 } }
  return state
}

/** One e-mail that was not known before. */
export interface Arrival {
  readonly atMs: number
  readonly seenMs: number
  readonly segments: readonly string[]
}

/** The state after an e-mail has come; time must have passed up to it. */
export function hear(before: SilenceState, given: Arrival): SilenceState {
  const { seenMs, segments } = given
  const atMs = Math.min(given.atMs, seenMs)
  const arrival = { atMs, seenMs, segments }
  const state = before.clockMs === 0 ? { ...before, clockMs: seenMs, firstMs: seenMs, watchedFromMs: seenMs } : before
  const isLate = seenMs - atMs > SILENCE.lateMinutes * MINUTE_MS
  const streams: Record<string, StreamWatch> = { ...state.streams }
  for (const segment of segments) {
    const stream = streams[segment] ?? newStream(atMs)
    // An e-mail of long ago does not show that those of today come: the gap shrinks only to its moment.
    const missing = Math.min(stream.missing, (stream.perHour * Math.max(0, seenMs - atMs)) / HOUR_MS)
    streams[segment] = {
      ...stream,
      count: stream.count + (isLate ? 0 : 1),
      lastMs: Math.max(stream.lastMs, atMs),
      missing: atMs >= stream.lastMs ? missing : stream.missing,
    }
  }
  const next = { ...state, streams }
  return isLate ? noteLate(next, arrival) : endAlarm(next, arrival)
}

function endAlarm(state: SilenceState, { atMs, seenMs, segments }: Arrival): SilenceState {
  const { alarm } = state
  if (alarm === null || !segments.includes(alarm.segment) || atMs <= alarm.sinceMs) return state
  return { ...state, alarm: null, endedMs: seenMs }
}

/** Many late ones at once were held back somewhere; those that Spillway itself could not see before do not count. */
function noteLate(state: SilenceState, { atMs, seenMs }: Arrival): SilenceState {
  if (atMs < state.watchedFromMs) return state
  const isFirst = seenMs - state.late.fromMs > SILENCE.lateWindowMinutes * MINUTE_MS
  const { count, oldestMs, fromMs } = state.late
  const late = isFirst
    ? { fromMs: seenMs, count: 1, oldestMs: atMs }
    : { fromMs, count: count + 1, oldestMs: Math.min(oldestMs, atMs) }
  const next = { ...state, late }
  if (state.alarm !== null)
    return state.alarm.late === 0 ? next : { ...next, alarm: { ...state.alarm, late: late.count } }
  const wasTold = state.endedMs >= late.oldestMs
  if (late.count < SILENCE.leastLate || wasTold) return next
  return { ...next, alarm: { segment: ALL, sinceMs: late.oldestMs, missing: 0, late: late.count } }
}
