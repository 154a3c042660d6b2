import { setTimeout as pause } from 'node:timers/promises'
import type { Struck } from './scenario.ts'

const SHORTEST_MS = 1_000
/** Longer than a lease lives, so that some runs lose theirs and take it again. */
const LONGEST_MS = 14_000

/** Stops the run's database; what it returns starts it again after a while. Nothing is told to Spillway. */
export async function stopDatabase({
  database,
  random,
}: Pick<Struck, 'database' | 'random'>): Promise<() => Promise<void>> {
  if (database === null) throw new Error('This boundary needs a database server of its own.')
  await database.stop()
  return async () => {
    await pause(random.between(SHORTEST_MS, LONGEST_MS))
    await database.restart()
  }
}
