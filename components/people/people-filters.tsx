'use client'
import { useRouter } from 'next/navigation'
import { useId, useTransition } from 'react'
import {
  filterQuery,
  PEOPLE_RANGES,
  PEOPLE_STATES,
  STATE_LABELS,
  type PeopleFilter,
} from '#lib/domain/people-filter.ts'
import { routes } from '#lib/domain/routes.ts'
import type { Choice, PeopleList } from '#lib/views/people-list/contract.ts'

const ALL: Choice = { value: '', label: 'all' }
const STATES = PEOPLE_STATES.map((value) => ({ value, label: STATE_LABELS[value] }))
const RANGE_WORDS = {
  '1h': 'hour',
  '6h': '6 hours',
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
}
const RANGES = PEOPLE_RANGES.map((value) => ({
  value,
  label: value === 'all' ? 'any time' : `the last ${RANGE_WORDS[value]}`,
}))
const PROFILES = [ALL, { value: 'new', label: 'new' }, { value: 'existing', label: 'existing' }]

/** What the list is narrowed to; each choice is an address. */
export function PeopleFilters({ data }: { readonly data: PeopleList }) {
  const router = useRouter()
  const [isBusy, start] = useTransition()
  const { filter, choices } = data
  const choose = (name: keyof PeopleFilter) => (value: string) =>
    start(() => {
      // The choices of a name are values of that name, and nothing chosen leaves it out.
      const next = { ...filter, [name]: value === '' ? undefined : value } as PeopleFilter
      router.replace(routes.people(filterQuery(next)), { scroll: false })
    })
  return (
    <section aria-label="Filter" aria-busy={isBusy}>
      <div className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-4 xl:grid-cols-7">
        <Select label="State" value={filter.state} choices={STATES} choose={choose('state')} />
        <Select label="Reason" value={filter.reason} choices={[ALL, ...choices.reasons]} choose={choose('reason')} />
        <Select
          label="Local office"
          value={filter.office}
          choices={[ALL, ...choices.offices]}
          choose={choose('office')}
        />
        <Select label="E-mail" value={filter.type} choices={[ALL, ...choices.types]} choose={choose('type')} />
        <Select
          label="Mail domain"
          value={filter.domain}
          choices={[ALL, ...choices.domains]}
          choose={choose('domain')}
        />
        <Select
          label="Profile"
          value={filter.profile}
          choices={PROFILES}
          choose={choose('profile')}
          whyNot={data.hasProfiles ? null : 'Profiles are not connected, so new and existing ones cannot be told apart'}
        />
        <Select label="Since" value={filter.range} choices={RANGES} choose={choose('range')} />
      </div>
    </section>
  )
}

interface SelectProps {
  readonly label: string
  readonly value: string | undefined
  readonly choices: readonly Choice[]
  readonly choose: (value: string) => void
  /** Why it cannot be chosen; null where it can. */
  readonly whyNot?: string | null
}

function Select({ label, value = '', choices, choose, whyNot = null }: SelectProps) {
  const id = useId()
  // What the address asks for is shown, also where no e-mail is known by it.
  const all = choices.some((choice) => choice.value === value) ? choices : [...choices, { value, label: value }]
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="text-12 text-soft">
        {label}
      </label>
      <select
        id={id}
        className="field mt-0.5 truncate"
        value={value}
        disabled={whyNot !== null}
        title={whyNot ?? undefined}
        onChange={(event) => choose(event.target.value)}
      >
        {all.map((choice) => (
          <option key={choice.value} value={choice.value} className="bg-paper">
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  )
}
