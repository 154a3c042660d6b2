import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { findFreePort, hasProgram, runProgram, startChildServer } from '#e2e/conformance/child-server.ts'
import { COMPAT_CACHE } from '#e2e/conformance/compat-server.ts'
import type { CompatServer } from '#e2e/conformance/compat-server.ts'

const VERSION = '5.2.5'
const folder = resolve(COMPAT_CACHE, `moto-${VERSION}`)
const program = join(folder, 'bin', 'moto_server')

/** moto in a Python environment of its own, installed once. */
export const moto: CompatServer = {
  name: 'moto',
  version: VERSION,
  async start() {
    if (!hasProgram('python3', '-m', 'venv', '--help')) return { skipped: 'Python 3 with venv is not installed' }
    const problem = install()
    if (problem !== undefined) return { skipped: problem }
    const port = await findFreePort()
    return startChildServer(program, ['-H', '127.0.0.1', '-p', String(port)], `http://127.0.0.1:${port}`)
  },
}

/** Why it could not be installed, undefined when it is there. */
function install(): string | undefined {
  if (existsSync(program)) return undefined
  mkdirSync(folder, { recursive: true })
  const problem =
    // Copies: a symlink that leads out of the project breaks the next production build, which reads its folders.
    runProgram('python3', ['-m', 'venv', '--copies', '.'], folder) ??
    runProgram(join(folder, 'bin', 'pip'), ['install', '-q', `moto[server]==${VERSION}`], folder)
  return problem === undefined ? undefined : `moto ${VERSION} could not be installed: ${problem}`
}
