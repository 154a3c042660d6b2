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
  const keys = DIMENSIONS.flatMap(([dimension, of]) => {
    const value = of(segments)
    return value === null || value === '' ? [] : [`${dimension}:${value}`]
  })
  return ['all', ...keys]
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
