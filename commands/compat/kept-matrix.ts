import { existsSync } from 'node:fs'
import { readMatrix, type Matrix, type MatrixRow } from '#e2e/conformance/matrix.ts'

/** Kept expectations; empty where there are none yet. */
export function keptMatrix(path: string): Matrix {
  return existsSync(path) ? readMatrix(path) : {}
}

/** Every check of a server that is in no matrix has to pass. */
export function allPass(checks: readonly MatrixRow[], server: string): Matrix {
  return Object.fromEntries(checks.map(({ id }) => [id, { [server]: 'pass' as const }]))
}
