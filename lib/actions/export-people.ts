'use server'
import { z } from 'zod'
import { getSettings } from '#lib/config/load-settings.ts'
import { filterWords } from '#lib/domain/people-filter.ts'
import { countPeople } from '#lib/store/list-people.ts'
import { peopleFilterSchema } from '#lib/store/people-filter-schema.ts'
import { withoutRuleOf } from '#lib/store/without-rule.ts'
import { defineAction } from './define-action.ts'

/** Lets an operator export people with their references; the audit has it before the first line is read. */
export const exportPeople = defineAction({
  name: 'export-people',
  role: 'operator',
  input: z.strictObject({ filter: peopleFilterSchema, asOfMs: z.number().int().min(0).max(8.64e15) }),
  detail: ({ filter }) => ({ filter: filterWords(filter) }),
  run: async ({ filter, asOfMs }, { tx }) => {
    const { people } = await countPeople(tx, filter, withoutRuleOf({ settings: getSettings(), nowMs: asOfMs }))
    return { people }
  },
})
