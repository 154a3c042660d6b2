import { z } from 'zod'

/** The id of a person or a notification: text that may stand in an index and in a log, so without blanks, control characters or an address. */
export const reference = z
  .union([z.string(), z.number().int()])
  .transform((id) => String(id).trim())
  .pipe(z.string().regex(/^[^\s@\p{Cc}\p{Cs}]{1,100}$/u, 'is not a reference: 1 to 100 characters without blanks or @'))
