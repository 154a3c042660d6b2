// Everything outside the characters that the SendMessage reference lists. Lone surrogates are outside as well.
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[^\u{9}\u{A}\u{D}\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u

/** AWS's sentence for a text with characters it refuses. */
export const INVALID_CHARACTERS =
  'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF'

/** Whether a body or a string attribute holds a character that SQS refuses. */
export function hasForbiddenCharacter(text: string): boolean {
  return FORBIDDEN.test(text)
}
