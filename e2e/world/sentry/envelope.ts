import { z } from 'zod'

import type { SentryEvent } from './event-store.ts'
import { SentryApiError } from './api-error.ts'

const exceptionValues = z.object({
  values: z.array(z.object({ type: z.string().optional(), value: z.string().optional() })),
})
const eventItem = z.object({
  event_id: z.string().optional(),
  timestamp: z.union([z.number(), z.string()]).optional(),
  environment: z.string().default('production'),
  release: z.string().optional(),
  level: z.string().default('error'),
  transaction: z.string().optional(),
  message: z.union([z.string(), z.object({ formatted: z.string() })]).optional(),
  exception: exceptionValues.optional(),
})

/** The events of an envelope: a header line, then for each item a header line and its payload. Items of other kinds are passed over. */
export function parseEnvelope(text: string, projectId: string, receivedMs: number): SentryEvent[] {
  const lines = text.split('\n').filter((line) => line !== '')
  const header = parseLine(lines[0], z.object({ event_id: z.string().optional() }))
  const events: SentryEvent[] = []
  for (let index = 1; index < lines.length; index += 2) {
    const { type } = parseLine(lines[index], z.object({ type: z.string() }))
    if (type !== 'event') continue
    const item = parseLine(lines[index + 1], eventItem)
    events.push({
      eventId: item.event_id ?? header.event_id ?? '',
      projectId,
      atMs: momentOf(item.timestamp) ?? receivedMs,
      environment: item.environment,
      release: item.release ?? null,
      level: item.level,
      title: titleOf(item),
      culprit: item.transaction ?? '',
      outcome: 'accepted',
    })
  }
  return events
}

function titleOf(item: z.output<typeof eventItem>): string {
  const exception = item.exception?.values.at(-1)
  if (exception !== undefined) return [exception.type, exception.value].filter((part) => part !== undefined).join(': ')
  return typeof item.message === 'string' ? item.message : (item.message?.formatted ?? '<unlabeled event>')
}

function momentOf(timestamp: number | string | undefined): number | undefined {
  if (typeof timestamp === 'number') return Math.round(timestamp * 1000)
  return timestamp === undefined ? undefined : Date.parse(timestamp)
}

function parseLine<T extends z.ZodType>(line: string | undefined, schema: T): z.output<T> {
  try {
    return schema.parse(JSON.parse(line ?? ''))
  } catch {
    throw new SentryApiError(400, 'bad envelope authentication header or payload')
  }
}
