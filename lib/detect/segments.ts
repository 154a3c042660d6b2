/** What is told of an e-mail besides its fate; null where it is not known. */
export interface EmailSegments {
  /** Whether the person's profile is new or was known before. */
  readonly profile: 'new' | 'existing' | null
  readonly localOffice: string | null
  readonly notificationType: string | null
  readonly mailDomain: string | null
}

export const NO_SEGMENTS: EmailSegments = { profile: null, localOffice: null, notificationType: null, mailDomain: null }

/** Dimensions in the order in which they are watched. One more is a row here and a weight among the parameters. */
const DIMENSIONS: readonly (readonly [dimension: string, of: (segments: EmailSegments) => string | null])[] = [
  ['profile', ({ profile }) => profile],
  ['office', ({ localOffice }) => localOffice],
  ['type', ({ notificationType }) => notificationType],
  ['domain', ({ mailDomain }) => mailDomain],
]

/** Keys of the segments that an e-mail belongs to, the whole first: `all`, `office:Thames Valley`. */
export function segmentKeys(segments: EmailSegments): readonly string[] {
  // Every reason of a failure asks about the same e-mail, one after the other.
  if (segments === latest.segments) return latest.keys
  const keys = ['all']
  for (const [dimension, of] of DIMENSIONS) {
    const value = of(segments)
    if (value !== null && value !== '') keys.push(`${dimension}:${value}`)
  }
  latest = { segments, keys }
  return keys
}

let latest: { readonly segments: EmailSegments; readonly keys: readonly string[] } = {
  segments: NO_SEGMENTS,
  keys: ['all'],
}

/** The e-mails of a segment inside a sentence: `onboarding e-mails of Thames Valley`. */
export function segmentWords(key: string): string {
  const at = key.indexOf(':')
  const value = key.slice(at + 1)
  switch (at === -1 ? key : key.slice(0, at)) {
    case 'profile':
      return value === 'new' ? 'onboarding e-mails to new trainees' : 'onboarding e-mails to known trainees'
    case 'office':
      return `onboarding e-mails of ${value}`
    case 'type':
      return `${value} e-mails`
    case 'domain':
      return `onboarding e-mails to ${value}`
    default:
      return 'onboarding e-mails'
  }
}
