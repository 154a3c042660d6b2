import type { ReactNode } from 'react'
import { formatCount, formatCounted } from '#components/ui/format-count.ts'
import type { Queues } from '#lib/views/queues/contract.ts'
import { QUEUE_STATES, type QueueListState, type QueueState } from './queue-list.ts'

interface QueueFilterProps {
  readonly state: QueueListState
  readonly data: Queues
  readonly shown: number
  readonly onChange: (state: QueueListState) => void
}

const STATE_WORDS: Readonly<Record<QueueState, string>> = {
  any: 'any',
  look: 'needs a look',
  bad: 'bad',
  unknown: 'not known',
  ok: 'ok',
}

/** What the list of queues is narrowed to, and how many are left. */
export function QueueFilter({ state, data, shown, onChange }: QueueFilterProps) {
  const { total, look, services } = data
  const words = (each: QueueState): string =>
    each === 'look' ? `${STATE_WORDS.look} (${formatCount(look)})` : STATE_WORDS[each]
  return (
    <div className="mb-4 flex flex-wrap items-center gap-x-6 gap-y-3">
      <label className="flex items-center gap-2">
        <span className="text-soft">Name contains</span>
        <input
          type="search"
          value={state.text}
          onChange={(event) => onChange({ ...state, text: event.target.value })}
          className="h-8 w-56 border-b border-strong bg-transparent px-1 outline-offset-0 pointer-coarse:h-10"
          autoComplete="off"
          spellCheck={false}
        />
      </label>
      <Choice
        label="State"
        value={state.state}
        onChange={(value) => onChange({ ...state, state: QUEUE_STATES.find((each) => each === value) ?? 'any' })}
      >
        {QUEUE_STATES.map((each) => (
          <option key={each} value={each}>
            {words(each)}
          </option>
        ))}
      </Choice>
      {services.length === 0 ? null : (
        <Choice label="Service" value={state.service} onChange={(service) => onChange({ ...state, service })}>
          <option value="">all</option>
          {services.map((service) => (
            <option key={service} value={service}>
              {service}
            </option>
          ))}
        </Choice>
      )}
      <p className="ms-auto text-12 text-soft" aria-live="polite">
        {shown === total ? formatCounted(total, 'queue') : `${formatCount(shown)} of ${formatCounted(total, 'queue')}`},
        in and out: last hour
      </p>
    </div>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly children: ReactNode
}

function Choice({ label, value, onChange, children }: ChoiceProps) {
  return (
    <label className="flex min-w-0 items-center gap-2">
      <span className="text-soft">{label}</span>
      <select
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-8 max-w-56 min-w-0 border-b border-strong bg-paper px-1 pointer-coarse:h-10"
      >
        {children}
      </select>
    </label>
  )
}
