import 'server-only'
import { z } from 'zod'
import { dropAddresses } from '#lib/sources/drop-personal.ts'
import { instant } from '#lib/sources/instant.ts'
import { parseItems, pastMoment } from './parse-items.ts'
import { readItems } from './read-items.ts'
import { storeReadings } from './store-readings.ts'

/** Text on one line: the store takes no NUL, and a chart no line break. */
const text = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}*$/u, 'holds a control character')

const markSchema = z.strictObject({
  at: pastMoment(instant),
  kind: z.enum(['deploy', 'release', 'attribute', 'other']),
  service: text(100).nullish(),
  title: text(200).transform((title) => dropAddresses(title) ?? ''),
  version: text(100).nullish(),
})

/** Takes dated facts for the charts by HTTP, such as a deploy: one or many. The same mark again is left alone. Returns how many came and how many of them were not known. */
export async function ingestMarks(request: Request): Promise<{ received: number; new: number }> {
  const marks = parseItems(await readItems(request), markSchema).map(({ at, service, version, ...mark }) => ({
    ...mark,
    atMs: at,
    service: service ?? null,
    version: version ?? null,
  }))
  const { newMarks } = await storeReadings('marks', [{ kind: 'marks', marks, isBackfill: false }])
  return { received: marks.length, new: newMarks }
}
