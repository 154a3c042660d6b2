import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { CHECK_STATE_WORDS, type CheckState } from '#lib/domain/redrive-preflight.ts'
import type { Truth } from '#lib/domain/truth.ts'
import type { RedrivePage } from '#lib/views/redrive/contract.ts'

const TRUTHS: Readonly<Record<CheckState, Truth>> = {
  fine: 'ok',
  warns: 'muted',
  asks: 'unknown',
  blocks: 'bad',
  unknown: 'unknown',
}

/** What is looked at before a plan starts, each with its state by shape and word and the reason of it. */
export function RedrivePreflight({ preflight }: Pick<RedrivePage, 'preflight'>) {
  const open = preflight.filter(({ state }) => state !== 'fine').length
  return (
    <Part title="Before it starts" aside={open === 0 ? 'all is fine' : `${open} of ${preflight.length} not fine`}>
      <ul className="border-t border-strong">
        {preflight.map(({ id, title, state, text }) => (
          <li
            key={id}
            className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-3 border-b border-rule py-1.5 sm:grid-cols-[1rem_7rem_minmax(0,1fr)]"
          >
            <span className="flex h-6 items-center">
              <StateMark truth={TRUTHS[state]} />
            </span>
            <span className={`leading-6 ${state === 'blocks' ? 'font-medium text-bad' : 'text-soft'}`}>
              {CHECK_STATE_WORDS[state]}
            </span>
            <span className="col-start-2 [overflow-wrap:anywhere] sm:col-start-3">
              <span className={state === 'fine' ? '' : 'font-medium'}>{title}</span>
              <span className="block text-soft">{text}</span>
            </span>
          </li>
        ))}
      </ul>
    </Part>
  )
}
