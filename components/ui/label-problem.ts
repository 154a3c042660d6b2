/** What a form calls the fields that the server names, by their path, e.g. `selection.sentFromMs`. */
export type FieldLabels = Readonly<Record<string, string>>

/** The problem with the label of the form in place of the field's own name: `“Ticket”: is not …`. Where the form has no such field it stays. */
export function labelProblem(problem: string, labels: FieldLabels): string {
  const [start, path = ''] = /^([\w.]+): /u.exec(problem) ?? []
  if (start === undefined) return problem
  const keys = path.split('.')
  for (let count = keys.length; count > 0; count -= 1) {
    const label = Object.entries(labels).find(([field]) => field === keys.slice(0, count).join('.'))?.[1]
    if (label !== undefined) return `“${label}”: ${problem.slice(start.length)}`
  }
  return problem
}
