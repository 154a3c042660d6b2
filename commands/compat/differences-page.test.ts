import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readMatrix } from '#e2e/conformance/matrix.ts'
import { renderDifferences } from './differences-page.ts'
import { REDRIVE_CHECKS } from './redrive-suite.ts'

const conformance = readMatrix('e2e/conformance/expected.json')
const redrives = readMatrix('commands/compat/expected-redrives.json')

test('docs/compatibility.md says what the suites assert of each server', () => {
  expect(readFileSync('docs/compatibility.md', 'utf8')).toBe(renderDifferences({ conformance, redrives }))
})

test('our own server is expected to keep every promise of a redrive', () => {
  expect(REDRIVE_CHECKS.map(({ id }) => [id, redrives[id]?.['ours']])).toEqual(
    REDRIVE_CHECKS.map(({ id }) => [id, 'pass']),
  )
})
