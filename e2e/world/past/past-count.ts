import { hashUnit } from '#world/random.ts'

import { HOUR_MS, hourWeight } from './hour-weights.ts'

const WEEK_MS = 7 * 24 * HOUR_MS
/** Two Tuesdays apart, counted from one in 1970. */
const TUESDAY_OFFSET_MS = 5 * 24 * HOUR_MS

/** Messages of an hour in healthy times, for a queue with so many a weekday: weights of the hour, and for the flow's own queues a bulk upload every second Tuesday. */
export function pastCount(seed: number, hourMs: number, perDay: number, queueName: string): number {
  const expected = perDay * hourWeight(hourMs)
  const ordinary = Math.floor(expected + (expected === 0 ? 0 : hashUnit(seed, queueName, hourMs, 'count')))
  return perDay >= BULK_FROM_PER_DAY ? ordinary + bulkUpload(seed, hourMs) : ordinary
}

const BULK_FROM_PER_DAY = 40

/** Profiles of a bulk upload in this hour: 150 to 400 about every second Tuesday after ten, else none. */
function bulkUpload(seed: number, hourMs: number): number {
  const week = Math.floor((hourMs - TUESDAY_OFFSET_MS) / WEEK_MS)
  const dayOfWeek = Math.floor((hourMs - TUESDAY_OFFSET_MS - week * WEEK_MS) / (24 * HOUR_MS))
  // The heaviest weight of the day marks the hour after ten in London, in summer time too.
  const isUploadHour = week % 2 === 0 && dayOfWeek === 0 && hourWeight(hourMs) === 0.15
  return isUploadHour ? 150 + Math.floor(hashUnit(seed, week, 'bulk') * 250) : 0
}
