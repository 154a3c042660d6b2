import type { ReactNode } from 'react'
import { formatCount } from '#components/ui/format-count.ts'
import { StateMark, TRUTH_TEXT } from '#components/ui/state-mark.tsx'
import { Since } from '#components/ui/time.tsx'
import { RESYNC_STATE_WORDS } from '#lib/domain/resync.ts'
import type { ResyncPage } from '#lib/views/resync/contract.ts'

/** How far it is, what is proven, and what keeps it from going on. */
export function ResyncFigures({ data }: { readonly data: ResyncPage }) {
  const { proof, truth, state } = data
  const known = proof.withEmail + proof.withoutAddress + proof.skipped
  const open = proof.people - known - proof.refused - proof.failedAgain
  return (
    <section aria-label="How far it is">
      <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1">
        <StateMark truth={truth} size={40} progress={proof.people === 0 ? 0 : known / proof.people} />
        <span className={`text-20 font-medium ${TRUTH_TEXT[truth]}`}>{RESYNC_STATE_WORDS[state]}</span>
        <span className="text-soft">
          <Since atMs={data.endedMs ?? data.startedMs} />
        </span>
        {data.reason === null ? null : <span className="text-soft">{data.reason}</span>}
      </div>
      <p className="mb-3 text-soft">
        For: {data.title}. {state === 'planned' ? 'Planned' : 'Started'} by {data.startedBy}.
      </p>
      <dl className="grid grid-cols-2 border-t border-strong sm:grid-cols-4 xl:grid-cols-8">
        <Told label="Asked for" note={`of ${formatCount(proof.people)}`}>
          {formatCount(proof.asked)}
        </Told>
        <Told label="Sent since" note="proven by their e-mail">
          {formatCount(proof.withEmail)}
        </Told>
        <Told label="No address in the source" note={proof.withoutAddress === 0 ? null : 'listed first below'}>
          {formatCount(proof.withoutAddress)}
        </Told>
        <Told label="Failed again" isBad={proof.failedAgain > 0}>
          {formatCount(proof.failedAgain)}
        </Told>
        <Told label="Still open">{formatCount(open)}</Told>
        <Told label="Had theirs before">{formatCount(proof.skipped)}</Told>
        <Told label="Refused" isBad={proof.refused > 0}>
          {formatCount(proof.refused)}
        </Told>
        <Told label="Possibly asked twice" note={proof.possibleDuplicates === 0 ? null : 'after an unknown end'}>
          {formatCount(proof.possibleDuplicates)}
        </Told>
      </dl>
      {data.trouble === null ? null : (
        <output className="mt-3 flex items-center gap-3">
          <StateMark truth="unknown" />
          <span>
            <span className="font-medium">It cannot go on at the moment:</span> {data.trouble} It tries again by itself.
          </span>
        </output>
      )}
    </section>
  )
}

interface ToldProps {
  readonly label: string
  readonly note?: string | null
  readonly isBad?: boolean
  readonly children: ReactNode
}

function Told({ label, note = null, isBad = false, children }: ToldProps) {
  return (
    <div className="border-b border-rule py-3 pe-4">
      <dt className="text-12 text-soft">{label}</dt>
      <dd className={`text-28 font-medium ${isBad ? 'text-bad' : ''}`}>{children}</dd>
      <dd className="min-h-4 text-12 text-soft">{note}</dd>
    </div>
  )
}
