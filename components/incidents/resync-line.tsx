import Link from 'next/link'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { RESYNC_STATE_WORDS } from '#lib/domain/resync.ts'
import { routes } from '#lib/domain/routes.ts'
import type { Truth } from '#lib/domain/truth.ts'
import type { ResyncRow } from '#lib/views/incident/contract.ts'

interface ResyncLineProps {
  readonly resync: ResyncRow
}

/** A re-sync: a ring that fills as people get their e-mail, and what is proven of it. */
export function ResyncLine({ resync }: ResyncLineProps) {
  const { name, state, words, proof, startedBy, startedMs, trouble } = resync
  const known = proof.withEmail + proof.withoutAddress
  return (
    <div className="grid grid-cols-[1.5rem_minmax(0,1fr)] items-start gap-x-3 border-b border-rule py-2.5">
      <StateMark truth={truthOf(resync)} size={24} progress={proof.people === 0 ? 0 : known / proof.people} />
      <div className="min-w-0">
        <p className="text-16 font-medium">
          <Link href={routes.resync(name)} prefetch={false}>
            {name}
          </Link>
          : {words}.
        </p>
        <p className="text-12 text-soft">
          {state === 'running' ? 'asking' : RESYNC_STATE_WORDS[state]} · started at <Time atMs={startedMs} /> by{' '}
          {startedBy}
          {proof.possibleDuplicates === 0 ? '' : ` · ${proof.possibleDuplicates} possibly asked for twice`}
        </p>
        {trouble === null ? null : <p className="mt-1">It cannot go on at the moment: {trouble}</p>}
      </div>
    </div>
  )
}

/** Asking is only half of it: it is good once everybody's end is known. */
function truthOf({ state, proof }: ResyncRow): Truth {
  const isKnown = proof.withEmail + proof.withoutAddress >= proof.people
  return state === 'done' && isKnown ? 'ok' : 'healing'
}
