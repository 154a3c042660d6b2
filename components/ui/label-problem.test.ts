import { expect, test } from 'vitest'
import { labelProblem } from './label-problem.ts'

const LABELS = { ticketUrl: 'Ticket', selection: 'Only messages', 'selection.sentBeforeMs': 'sent before' }

test.each([
  ['ticketUrl: is not an address', '“Ticket”: is not an address'],
  ['selection.sentBeforeMs: is to come', '“sent before”: is to come'],
  ['selection.fields.0.name: is empty', '“Only messages”: is empty'],
  ['queue: there is none', 'queue: there is none'],
  ['R-1 waits: for somebody', 'R-1 waits: for somebody'],
])('%s reads %s', (problem, wanted) => {
  expect(labelProblem(problem, LABELS)).toBe(wanted)
})
