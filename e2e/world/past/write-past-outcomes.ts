import { writeFile } from 'node:fs/promises'

import type { WorldRecord } from '#world/record.ts'

import { createPastOutcomes } from './past-outcomes.ts'

export interface WritePastOptions {
  readonly file: string
  readonly seed: number
  /** The past ends here; the start of the world, so that nothing of it overlaps with what the services publish. */
  readonly nowMs: number
  /** Takes what was written as published, since whoever writes the file means to import it. */
  readonly record?: WorldRecord
}

/** Writes the past as JSONL, one History row a line, oldest first. Returns the number of lines. */
export async function writePastOutcomes(options: WritePastOptions): Promise<number> {
  const events = createPastOutcomes(options.seed, options.nowMs)
  await writeFile(options.file, events.map(({ event }) => `${JSON.stringify(event)}\n`).join(''))
  for (const { atMs, event } of events) options.record?.addOutcome(event, atMs)
  return events.length
}
