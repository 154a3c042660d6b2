import 'server-only'
import { getSettings } from '#lib/config/load-settings.ts'
import { csvLine } from '#lib/domain/csv.ts'
import { reasonLabel } from '#lib/domain/outcome-words.ts'
import type { PeopleFilter } from '#lib/domain/people-filter.ts'
import { listPeopleAfter, type ListedPerson } from '#lib/store/list-people.ts'
import { withStore } from '#lib/store/outage.ts'
import { peopleFilterSchema } from '#lib/store/people-filter-schema.ts'
import type { WithoutRule } from '#lib/store/people-without.ts'
import { withoutRuleOf } from '#lib/store/without-rule.ts'

/** People read at a time: the store is free for others in between. */
const CHUNK = 500

const HEAD = [
  'reference',
  'state',
  'reason',
  'upstream says',
  'notification type',
  'local office',
  'mail domain',
  'e-mails',
  'since',
  'asked again',
  'last asked',
]

/**
 * The people of a filter as CSV, in the order of their references, read as fast as it is taken. Nobody stands in it twice; who changes
 * while it is read may or may not. References are in clear: who may have it is decided before.
 */
export async function* exportPeopleCsv(filter: PeopleFilter, rule: WithoutRule): AsyncGenerator<string> {
  // Tells spreadsheets that it is UTF-8.
  yield `\u{feff}${csvLine(HEAD)}`
  let after = ''
  for (;;) {
    const from = after
    const chunk = await withStore((db) => listPeopleAfter(db.orm, filter, rule, { after: from, limit: CHUNK }))
    const last = chunk.at(-1)
    if (last === undefined) return
    yield chunk.map(lineOf).join('')
    after = last.ref
  }
}

function lineOf(person: ListedPerson): string {
  return csvLine([
    person.ref,
    person.why,
    person.why === 'failed' ? reasonLabel(person.reason ?? 'none') : null,
    person.why === 'failed' ? person.rawDetail : null,
    person.notificationType,
    person.localOffice,
    person.domain,
    person.emails,
    new Date(person.sinceMs).toISOString(),
    person.asked,
    person.askedMs === null ? null : new Date(person.askedMs).toISOString(),
  ])
}

/** The same as a stream of bytes, for the filter of an address. Ends early when its reader goes away. */
export function peopleCsv(rawFilter: unknown, asOfMs: number): ReadableStream<Uint8Array> {
  const filter = peopleFilterSchema.parse(rawFilter)
  const lines = exportPeopleCsv(filter, withoutRuleOf({ settings: getSettings(), nowMs: asOfMs }))
  const encoder = new TextEncoder()
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await lines.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: async () => {
      await lines.return(undefined)
    },
  })
}
