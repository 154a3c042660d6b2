import { formatCount } from './format-count.ts'

/** `receivedTimes` as people write it: `received times`. */
function keyWords(key: string): string {
  return key.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toLowerCase()
}

/** What the finding's own sentence says in words, or what says nothing to a person. */
const SAID_ELSEWHERE: ReadonlySet<string> = new Set([
  'source',
  'service',
  'reason',
  'usualRate',
  'segment',
  'everySeconds',
  'from',
])

/** A finding's figures as short texts, `sent 6`; what a person cannot check (moments in ms, empty values) is left out. */
export function evidenceWords(evidence: Readonly<Record<string, string | number | boolean | null>>): string[] {
  return Object.entries(evidence)
    .filter(([key, value]) => value !== null && value !== '' && !SAID_ELSEWHERE.has(key) && !/(?:Ms|At)$/.test(key))
    .map(([key, value]) => {
      const text = typeof value === 'number' ? formatCount(value) : String(value).replaceAll('_', ' ')
      return typeof value === 'boolean' ? `${keyWords(key)}: ${value ? 'yes' : 'no'}` : `${keyWords(key)} ${text}`
    })
}
