import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

import type { Outcome } from './run-suite.ts'

export const Cell = z.enum(['pass', 'fail', 'skip', 'lacks'])
export type Cell = z.infer<typeof Cell>

/** Check id -> server -> what is expected of it. */
const Matrix = z.record(z.string(), z.record(z.string(), Cell))
export type Matrix = z.infer<typeof Matrix>

/** A row of the matrix. */
export interface MatrixRow {
  readonly id: string
}

/** One server's results: an outcome a check, or the reason why it was not run. */
export interface ServerResults {
  readonly server: string
  readonly outcomes: readonly Outcome[]
  readonly skipped: string | undefined
}

/** A cell that is not what the kept matrix says. */
export interface Difference {
  readonly id: string
  readonly server: string
  readonly expected: Cell | 'nothing'
  readonly found: Cell
  readonly reason: string | undefined
}

/** Throws when the file is no matrix. */
export function readMatrix(path: string): Matrix {
  return Matrix.parse(JSON.parse(readFileSync(path, 'utf8')))
}

/** Rewrites the cells of the servers that ran; checks that are gone go, servers that were skipped keep theirs. */
export function writeMatrix(
  path: string,
  kept: Matrix,
  checks: readonly MatrixRow[],
  results: readonly ServerResults[],
): void {
  const ran = results.filter(({ skipped }) => skipped === undefined)
  const next: Matrix = {}
  for (const { id } of checks) {
    const row: Record<string, Cell> = { ...kept[id] }
    for (const { server, outcomes } of ran)
      row[server] = outcomes.find((outcome) => outcome.id === id)?.result ?? 'skip'
    next[id] = row
  }
  writeFileSync(path, `${JSON.stringify(next, null, 2)}\n`)
}

/** Every cell of the servers that ran that is not as expected. Our own server is expected to pass, whatever is kept. */
export function compareMatrix(kept: Matrix, results: readonly ServerResults[]): Difference[] {
  const differences: Difference[] = []
  for (const { server, outcomes, skipped } of results) {
    if (skipped !== undefined) continue
    for (const { id, result, reason } of outcomes) {
      const expected = server === 'ours' ? 'pass' : (kept[id]?.[server] ?? 'nothing')
      if (expected !== result) differences.push({ id, server, expected, found: result, reason })
    }
  }
  return differences
}

function column(server: string): number {
  return Math.max(server.length, 5)
}

/** The matrix as a table for a terminal. */
export function renderMatrix(checks: readonly MatrixRow[], results: readonly ServerResults[]): string {
  const width = Math.max(...checks.map(({ id }) => id.length))
  const header = results.map(({ server }) => server.padEnd(column(server))).join('  ')
  const rows = checks.map(({ id }) => {
    const cells = results.map(({ server, outcomes, skipped }) => {
      const outcome = outcomes.find((candidate) => candidate.id === id)
      const cell = skipped === undefined ? (outcome?.result ?? 'skip') : 'skip'
      return (cell === 'fail' ? 'FAIL' : cell).padEnd(column(server))
    })
    return `${id.padEnd(width)}  ${cells.join('  ')}`
  })
  const totals = results.map(({ server, outcomes, skipped }) => {
    const passed = outcomes.filter(({ result }) => result === 'pass').length
    return (skipped === undefined ? `${passed}/${outcomes.length}` : 'skip').padEnd(column(server))
  })
  return [`${''.padEnd(width)}  ${header}`, ...rows, `${'passed'.padEnd(width)}  ${totals.join('  ')}`].join('\n')
}
