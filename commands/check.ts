import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** `npm run check`: format, lint, types, dead code, architecture and unit tests, side by side; under a minute, so that it is run all the time. */
interface Part {
  readonly name: string
  readonly args: readonly string[]
}

const bin = (name: string, ...args: string[]): string[] => [join('node_modules', '.bin', name), ...args]

// Many unit tests wait for real HTTP: with the default of one file at a time on two processors they take a minute alone.
const PARTS: readonly Part[] = [
  { name: 'format', args: bin('oxfmt', '--check', '.') },
  { name: 'lint', args: bin('oxlint', '--type-aware', '--deny-warnings', '.') },
  { name: 'types', args: bin('tsc', '--noEmit', '-p', '.') },
  { name: 'dead code', args: bin('knip') },
  { name: 'unit', args: bin('vitest', 'run', '--project', 'unit', '--reporter=dot', '--maxWorkers=3') },
]

function run(part: Part): Promise<{ part: Part; code: number; output: string; seconds: number }> {
  const startedMs = Date.now()
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...part.args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('exit', (code) => resolve({ part, code: code ?? 1, output, seconds: (Date.now() - startedMs) / 1000 }))
  })
}

const parts = PARTS.filter(({ name }) => !(name === 'unit' && process.argv.includes('--no-unit')))
const results = await Promise.all(parts.map(run))
for (const { part, code, output, seconds } of results) {
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${part.name} ${seconds.toFixed(1)} s`)
  if (code !== 0) console.log(output)
}
process.exit(results.every(({ code }) => code === 0) ? 0 : 1)
