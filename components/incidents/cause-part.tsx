import { LookButton } from '#components/redrive/look-button.tsx'
import { Coded } from '#components/ui/coded.tsx'
import { formatCounted } from '#components/ui/format-count.ts'
import { Part } from '#components/ui/part.tsx'
import { Time } from '#components/ui/time.tsx'
import { distanceWords } from '#lib/domain/incident-story.ts'
import type { Role } from '#lib/domain/role.ts'
import type { IncidentCause, IncidentPage } from '#lib/views/incident/contract.ts'
import { DifferenceTable } from './difference-table.tsx'
import { undecidedWords } from './undecided-words.ts'

interface CausePartProps {
  readonly data: IncidentPage
  readonly role: Role
}

/** Why messages are stuck, as far as they and what changed around that minute tell. It never guesses. */
export function CausePart({ data, role }: CausePartProps) {
  // What cannot be seen has its reason at its source, not in messages.
  if (data.causes.length === 0 && (data.isBlind || data.marks.length + data.undecided.length === 0)) return null
  return (
    <Part title="Why">
      <div className="space-y-6 border-t border-strong">
        {data.causes.length > 0 ? null : <NoCause undecided={data.undecided} />}
        {data.causes.map((cause) => (
          <Cause key={cause.queue.name} cause={cause} isOpen={data.state !== 'resolved'} role={role} />
        ))}
      </div>
      <Around data={data} />
    </Part>
  )
}

/** Messages that a consumer holds are not lost yet, and not processed either. */
function NoCause({ undecided }: Pick<IncidentPage, 'undecided'>) {
  if (undecided.length === 0)
    return <p className="pt-2.5">No queue is known to lose messages, so there are none to compare with healthy ones.</p>
  return (
    <p className="max-w-[48rem] pt-2.5">
      Whether messages are lost is not known yet: {undecidedWords(undecided)}. CloudWatch counts them as processed or
      not a few minutes after they were sent; the cause is looked for then.
    </p>
  )
}

interface CauseProps {
  readonly cause: IncidentCause
  readonly isOpen: boolean
  readonly role: Role
}

function Cause({ cause: part, isOpen, role }: CauseProps) {
  const { cause, expired, queue } = part
  return (
    <div className="pt-2.5">
      <p className="max-w-[48rem] text-20 font-medium text-pretty">
        <Coded text={`${cause.sentence}.`} />
      </p>
      <p className="mt-1 text-12 text-soft">
        {queue.label}: <Sources part={part} />
      </p>
      {cause.differences.length === 0 ? null : <DifferenceTable differences={cause.differences} />}
      {cause.classes.length === 0 ? null : (
        <ul className="mt-3">
          {cause.classes.map(({ attribute, className }) => (
            <li key={attribute} className="flex flex-wrap gap-x-3 border-b border-rule py-1.5 font-mono text-12">
              <span className="font-semibold">{attribute}</span>
              <span className="min-w-0 [overflow-wrap:anywhere]">{className}</span>
              <span className="font-sans text-soft">on every message: a reader that loads it must know the class</span>
            </li>
          ))}
        </ul>
      )}
      <p className="mt-3 max-w-[48rem]">{expired.words}</p>
      {isOpen ? (
        <LookButton queue={part.lookInto} hasLook={part.look !== null} warning={part.lookWarning} role={role} />
      ) : null}
    </div>
  )
}

/** Taps are kept by the minute. */
function isOneMinute({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): boolean {
  return toMs - fromMs < 60_000
}

/** On which messages the sentence rests. */
function Sources({ part: { look, lookWords, healthy } }: { readonly part: IncidentCause }) {
  return (
    <>
      {look === null ? (
        'nobody has looked since it began'
      ) : (
        <>
          {look.by} looked and {lookWords}
        </>
      )}
      {'; '}
      {healthy === null ? (
        'no healthy message was kept from before'
      ) : (
        <>
          {formatCounted(healthy.count, 'healthy message')} from <Time atMs={healthy.fromMs} />
          {isOneMinute(healthy) ? null : (
            <>
              {' to '}
              <Time atMs={healthy.toMs} />
            </>
          )}{' '}
          {healthy.count === 1 ? 'is' : 'are'} known
        </>
      )}
    </>
  )
}

/** Deploys and releases around its beginning, each with how far it lies from it. */
function Around({ data }: { readonly data: IncidentPage }) {
  const { marks } = data
  if (marks.length === 0)
    return <p className="mt-3 text-soft">No deploy or release is known from the half hour before it began.</p>
  return (
    <ul className="mt-3 border-t border-rule">
      {marks.map((mark) => (
        <li key={`${mark.atMs} ${mark.title}`} className="flex flex-wrap gap-x-4 border-b border-rule py-1.5">
          <span className="w-12 text-soft">
            <Time atMs={mark.atMs} />
          </span>
          <span className="font-medium">{mark.title}</span>
          <span className="text-soft">{distanceWords(mark.atMs - data.sinceMs)}</span>
        </li>
      ))}
    </ul>
  )
}
