import type { z } from 'zod'
import type { Item } from './read-items.ts'
import { RequestRefusal } from './request-refusal.ts'

/** Every item as the schema gives it. Throws a `RequestRefusal` (422) that names the first place and field at fault: then none counts. */
export function parseItems<Schema extends z.ZodType>(items: readonly Item[], schema: Schema): z.output<Schema>[] {
  return items.map(({ place, json }) => {
    const parsed = schema.safeParse(json)
    if (parsed.success) return parsed.data
    const issue = parsed.error.issues[0]
    const field = issue?.path.join('.') ?? ''
    const where = field === '' ? place : `${place}, ${field}`
    const isMissing = field !== '' && valueAt(json, issue?.path ?? []) === undefined
    const problem = isMissing ? 'is missing' : (issue?.message ?? 'is not understood')
    throw new RequestRefusal(422, `${where}: ${problem}. Nothing was stored.`)
  })
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (Object(value) === value ? Reflect.get(Object(value), key) : undefined),
    json,
  )
}

const DAY_MS = 86_400_000

/** A schema for a moment that was: one that lies more than a day ahead is a mistake, and would hide somebody for as long. */
export function pastMoment<Schema extends z.ZodType<number>>(schema: Schema): z.ZodType<number> {
  return schema.refine((ms) => ms < Date.now() + DAY_MS, 'lies more than a day ahead')
}
