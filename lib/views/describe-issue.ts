import type { z } from 'zod'

/** The first thing that is wrong with an input, naming its field: `range: Invalid option: …`. */
export function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0]
  if (issue === undefined) return 'The input is not valid.'
  const field = issue.path.join('.')
  return field === '' ? issue.message : `${field}: ${issue.message}`
}
