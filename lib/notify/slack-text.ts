import { atWords } from '#lib/domain/when-words.ts'

/** Characters that Slack takes in the text of a section. */
export const MOST_SECTION = 3000
/** Characters that Slack takes in one field of a section. */
export const MOST_FIELD = 2000
const ELLIPSIS = '…'
/** What a reader takes for one character is never cut in two. */
const characters = new Intl.Segmenter('en')

/** Text as mrkdwn that shows itself and nothing else: no mention, no link, no line of its own. Cut at `most` characters as sent. */
export function escapeMrkdwn(text: string, most: number = MOST_SECTION): string {
  const plain = text.toWellFormed().replaceAll(/\s+/g, ' ').trim()
  const pieces = Array.from(characters.segment(plain), ({ segment }) => escapeEntities(segment))
  const whole = pieces.join('')
  if (whole.length <= most) return whole
  let cut = ''
  for (const piece of pieces) {
    // An entity is taken whole or not at all.
    if (cut.length + piece.length > most - ELLIPSIS.length) break
    cut += piece
  }
  return `${cut.trimEnd()}${ELLIPSIS}`
}

function escapeEntities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const zoneNames = new Map<string, Intl.DateTimeFormat>()

/** A moment in each reader's own zone; where Slack cannot say it, in the team's, with its name: `at 14:21 GMT` is written out in full. */
export function slackTime(atMs: number, timeZone: string): string {
  return `<!date^${Math.floor(atMs / 1000)}^{date_short_pretty} {time}|${plainTime(atMs, timeZone)}>`
}

/** `7 Nov 2024 10:30 GMT`: for readers without a zone of their own, e.g. of a notification. Never `today`, since it is read later. */
export function plainTime(atMs: number, timeZone: string): string {
  // Seen from another year, so that the year is always said.
  const words = atWords(atMs, 0, timeZone).replace(/^on /, '')
  return `${words} ${zoneName(atMs, timeZone)}`
}

function zoneName(atMs: number, timeZone: string): string {
  const format = zoneNames.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'short' })
  zoneNames.set(timeZone, format)
  return format.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC'
}
