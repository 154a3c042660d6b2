import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/**
 * `npm run test:mutated [-- --inputs 100000]`: mutated inputs over all ways in, on both stores, at full size; the suite takes fewer.
 * Prints what became of them and how long each way took.
 */
const { values } = parseArgs({ options: { inputs: { type: 'string', default: '100000' } } })
if (!(Number(values.inputs) >= 1_000)) {
  console.error('usage: npm run test:mutated -- [--inputs 100000]; 1000 at least')
  process.exit(2)
}
const { status } = spawnSync(
  process.execPath,
  [
    join('node_modules', '.bin', 'vitest'),
    'run',
    '--project',
    'store',
    'lib/ingest/mutated.store.test.ts',
    '--reporter=verbose',
  ],
  { stdio: 'inherit', env: { ...process.env, SPILLWAY_MUTATED_INPUTS: values.inputs } },
)
process.exit(status ?? 1)
