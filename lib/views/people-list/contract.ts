import { z } from 'zod'
import type { PeopleFilter } from '#lib/domain/people-filter.ts'
import type { Truth } from '#lib/domain/truth.ts'
import { peopleFilterSchema } from '#lib/store/people-filter-schema.ts'
import type { PeopleCount } from '#lib/store/list-people.ts'
import { defineView } from '#lib/views/define-view.ts'
import type { PageBase } from '#lib/views/shared.ts'

/** A person of a list. `ref` is masked for viewers and responders; `key` names the person in addresses and tells nobody who it is. */
export interface ListedPersonRow {
  readonly key: string
  readonly ref: string
  readonly why: string
  /** The upstream's own words; null without any. */
  readonly detail: string | null
  readonly notificationType: string | null
  readonly localOffice: string | null
  readonly domain: string | null
  readonly emails: number
  readonly sinceMs: number
  /** How often their data were asked for again, and when last. */
  readonly asked: number
  readonly askedMs: number | null
}

/** What a list can be narrowed to: what was seen in the last 90 days, with the e-mails that are failed now. */
export interface PeopleChoices {
  readonly reasons: readonly Choice[]
  readonly offices: readonly Choice[]
  readonly types: readonly Choice[]
  readonly domains: readonly Choice[]
}

export interface Choice {
  readonly value: string
  readonly label: string
}

/** A re-sync of people chosen by a filter, as one line. */
export interface ResyncBrief {
  readonly name: string
  readonly truth: Truth
  readonly words: string
  readonly startedMs: number
}

export interface PeopleList extends PageBase {
  readonly filter: PeopleFilter
  readonly count: PeopleCount
  /** 1 is the first; 100 people each. */
  readonly page: number
  readonly pages: number
  readonly rows: readonly ListedPersonRow[]
  /** References are in clear, and that they were read stands in the audit. */
  readonly isClear: boolean
  readonly choices: PeopleChoices
  /** Profiles are known, so that new and existing ones can be told apart. */
  readonly hasProfiles: boolean
  /** The moment as of which people count as without: to which outcomes are seen. */
  readonly asOfMs: number
  /** Why their data cannot be asked for again; null where they can. */
  readonly whyNoResync: string | null
  /** People asked for in a second where a plan says nothing else; null where they cannot be asked for. */
  readonly perSecond: number | null
  /** Re-syncs outside of incidents that are planned or under way, or the latest that ended; newest first, at most 3. */
  readonly resyncs: readonly ResyncBrief[]
}

export const peopleListView = defineView<PeopleList>()({
  name: 'people',
  audience: 'viewer',
  params: peopleFilterSchema.extend({ page: z.coerce.number().int().min(1).max(100_000).default(1) }),
  topics: ['emails', 'sources', 'resyncs'],
  discloses: true,
})
