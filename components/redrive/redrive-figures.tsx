import type { ReactNode } from 'react'
import { formatCount } from '#components/ui/format-count.ts'
import { StateMark, TRUTH_TEXT } from '#components/ui/state-mark.tsx'
import { Since, Time } from '#components/ui/time.tsx'
import type { RedrivePage } from '#lib/views/redrive/contract.ts'
import { movedShare } from './moved-share.ts'
import { unsentFigure } from './unsent-figure.ts'

interface RedriveFiguresProps {
  readonly data: RedrivePage
}

/** Since when it is as it is; pausing is the last that happened to what is paused. */
function sinceMs({ state, story, endedMs, movedMs, startedMs, plannedMs }: RedrivePage): number {
  const pausedMs = state === 'paused' ? (story.at(-1)?.atMs ?? null) : null
  return endedMs ?? pausedMs ?? movedMs ?? startedMs ?? plannedMs
}

/** How far it is, what is proven of the messages that it moved, and what keeps it from going on. */
export function RedriveFigures({ data }: RedriveFiguresProps) {
  const { truth, state } = data
  return (
    <section aria-label="How far it is">
      <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1">
        <StateMark truth={truth} size={40} progress={movedShare(data)} />
        <span className={`text-20 font-medium ${TRUTH_TEXT[truth]}`}>{data.stateWords}</span>
        <span className="text-soft">
          <Since atMs={sinceMs(data)} />
        </span>
      </div>
      {state === 'planned' ? null : <Figures data={data} />}
      {data.paceWords === null ? null : <p className="mt-3">{data.paceWords}</p>}
      {data.taskWords === null ? null : <p className="mt-3">{data.taskWords}</p>}
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

function Figures({ data }: RedriveFiguresProps) {
  const { counts, people } = data
  const unsent = unsentFigure(data)
  return (
    <dl className="grid grid-cols-2 border-t border-strong sm:grid-cols-4 xl:grid-cols-8">
      <Told label="Moved" note={counts.movedHow}>
        {formatCount(counts.moved)}
      </Told>
      <Told label="Consumed" note="proven">
        {formatCount(counts.consumed)}
      </Told>
      <Told label="Came back" note={counts.cameBackHow} isBad={counts.cameBack > 0}>
        {formatCount(counts.cameBack)}
      </Told>
      <Told label="Fate unknown" note={counts.unknown > 0 ? <Unknown untilMs={data.verifyUntilMs} /> : null}>
        {formatCount(counts.unknown)}
      </Told>
      <Told label="Possible duplicates" note={counts.possibleDuplicates > 0 ? 'sent again after an unknown end' : null}>
        {formatCount(counts.possibleDuplicates)}
      </Told>
      <Told label={unsent.label} note={unsent.note}>
        {formatCount(unsent.count)}
      </Told>
      <Told label="Refused" note={counts.refused > 0 ? 'left where they are' : null} isBad={counts.refused > 0}>
        {formatCount(counts.refused)}
      </Told>
      <Told label="People with e-mail since" note={peopleNote(data)}>
        {formatCount(people.withEmail)}
      </Told>
    </dl>
  )
}

/** Fates stay unknown where nothing can tell them; it is said how long they are looked for. */
function Unknown({ untilMs }: { readonly untilMs: number | null }) {
  if (untilMs === null) return 'no evidence'
  return (
    <>
      no evidence yet; looked for until <Time atMs={untilMs} />
    </>
  )
}

/** Those that came back name nobody who could have an e-mail by them. */
function peopleNote({ counts, people }: RedrivePage): string | null {
  if (people.named > 0) return `of ${formatCount(people.named)} named`
  return counts.moved > counts.cameBack ? 'its messages name nobody' : null
}

interface ToldProps {
  readonly label: string
  readonly note?: ReactNode
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
