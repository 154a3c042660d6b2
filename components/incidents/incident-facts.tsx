import type { ReactNode } from 'react'
import { formatCount } from '#components/ui/format-count.ts'
import { durationWords } from '#lib/domain/duration-words.ts'
import { StateMark, TRUTH_TEXT } from '#components/ui/state-mark.tsx'
import { Age, Time } from '#components/ui/time.tsx'
import type { IncidentPage } from '#lib/views/incident/contract.ts'
import { doerWords, healedShare, SEVERITY_WORDS, stateWords } from './incident-state-words.ts'

interface IncidentFactsProps {
  readonly data: IncidentPage
}

/** How the incident stands: its state, when it began and was noticed, who takes care of it, and what its end waits for. */
export function IncidentFacts({ data }: IncidentFactsProps) {
  const { truth, durations, people, acknowledged, resolved } = data
  return (
    <section aria-label="How it stands">
      <dl className="grid grid-cols-2 border-t border-strong sm:grid-cols-3 xl:grid-cols-6">
        <Told label="State" note={SEVERITY_WORDS[data.severity]}>
          <span className={`inline-flex items-center gap-2 ${TRUTH_TEXT[truth]}`}>
            <StateMark truth={truth} size={18} progress={healedShare(people)} />
            {stateWords(data)}
          </span>
        </Told>
        <Told
          label="Began"
          note={
            resolved === null ? (
              <>
                <Age atMs={data.sinceMs} /> ago
              </>
            ) : (
              `lasted ${durationWords(durations.lastedMs / 1000)}`
            )
          }
        >
          <Time atMs={data.sinceMs} />
        </Told>
        <Told label="Noticed" note={`after ${durationWords(durations.toDetectMs / 1000)}`}>
          <Time atMs={data.openedMs} />
        </Told>
        <Told label="Acknowledged" note={acknowledged === null ? null : `by ${doerWords(acknowledged.by)}`}>
          {acknowledged === null ? <span className="text-soft">not yet</span> : <Time atMs={acknowledged.atMs} />}
        </Told>
        <Told label="Over" note={resolved === null ? null : endNote(data, resolved.by)}>
          {resolved === null ? <span className="text-soft">not yet</span> : <Time atMs={resolved.atMs} />}
        </Told>
        <Told label="People affected" note={remainingNote(people)}>
          {formatCount(people.affected)}
        </Told>
      </dl>
      <EndWords data={data} />
    </section>
  )
}

/** What its end waits for; once it is over, on what it rests. */
function EndWords({ data }: IncidentFactsProps) {
  if (data.waitingFor !== null)
    return (
      <p className="mt-3 max-w-[56rem] text-16 text-soft">
        It ends by itself, on evidence.
        {data.headline.text.includes(data.waitingFor) ? null : (
          <>
            {' '}
            It is open because <span className="text-ink">{data.waitingFor}</span>.
          </>
        )}
      </p>
    )
  const end = data.story.findLast(({ kind }) => kind === 'resolved')
  return data.state === 'resolved' && end !== undefined ? (
    <p className="mt-3 max-w-[56rem] text-16">{end.text}.</p>
  ) : null
}

function endNote({ durations }: IncidentPage, by: string): string {
  const took = durations.toHealMs === null ? '' : `after ${durationWords(durations.toHealMs / 1000)}, `
  return by === 'spillway' ? `${took}on evidence` : `${took}by ${doerWords(by)}`
}

function remainingNote({ affected, remaining, excused, bounced }: IncidentPage['people']): string | null {
  if (affected === 0) return 'nobody known'
  if (remaining + excused === 0) return 'all have their e-mail now'
  return [
    `${formatCount(remaining)} still without`,
    ...(excused > bounced ? [`${formatCount(excused - bounced)} with no address`] : []),
    ...(bounced > 0 ? [`${formatCount(bounced)} bounced`] : []),
  ].join(', ')
}

interface ToldProps {
  readonly label: string
  readonly note: ReactNode
  readonly children: ReactNode
}

function Told({ label, note, children }: ToldProps) {
  return (
    <div className="border-b border-rule py-3 pe-4">
      <dt className="text-12 text-soft">{label}</dt>
      <dd className="text-20 font-medium">{children}</dd>
      <dd className="min-h-4 text-12 text-soft">{note}</dd>
    </div>
  )
}
