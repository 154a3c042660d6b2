'use server'
import { z } from 'zod'
import { getSettings } from '#lib/config/load-settings.ts'
import { filterWords } from '#lib/domain/people-filter.ts'
import { resyncName } from '#lib/domain/resync.ts'
import { planResync as plan } from '#lib/redrive/resync-start.ts'
import { peopleFilterSchema } from '#lib/store/people-filter-schema.ts'
import { defineAction } from './define-action.ts'

/** Freezes the list of people of a filter, to be looked at; nobody is asked for. */
export const planResync = defineAction({
  name: 'plan-resync',
  role: 'operator',
  input: z.strictObject({
    filter: peopleFilterSchema,
    /** The moment as of which the page showed the people. */
    asOfMs: z.number().int().min(0).max(8.64e15),
    perSecond: z.number().positive().max(500).optional(),
  }),
  detail: ({ filter }) => ({ filter: filterWords(filter) }),
  run: async ({ filter, asOfMs, perSecond }, { tx, person, nowMs, touch }) => {
    const wanted = { filter, asOfMs, by: person.name, nowMs, ...(perSecond === undefined ? {} : { perSecond }) }
    const planned = await plan(tx, wanted, getSettings())
    touch('resyncs')
    return { id: planned.id, name: resyncName(planned.id), people: planned.people }
  },
})
