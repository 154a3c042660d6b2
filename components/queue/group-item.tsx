'use client'
import { useState } from 'react'
import { Button } from '#components/ui/button.tsx'
import { Coded } from '#components/ui/coded.tsx'
import { formatCount } from '#components/ui/format-count.ts'
import { roleReason } from '#components/ui/role-reason.ts'
import { Time } from '#components/ui/time.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import type { Role } from '#lib/domain/role.ts'
import type { GroupRow } from '#lib/views/queue-inside.ts'
import { GroupMarkForm } from './group-mark-form.tsx'

interface GroupItemProps {
  readonly group: GroupRow
  /** Name of the queue that the look read. */
  readonly queue: string
  readonly role: Role
  /** The largest is told in full. */
  readonly isFirst: boolean
}

/** A group of messages that look alike: how many, since when, how they differ, and what people added. */
export function GroupItem({ group, queue, role, isFirst }: GroupItemProps) {
  const [isOpen, setOpen] = useState(false)
  const { cause, count, of } = group
  const reason = roleReason(role, 'responder')
  return (
    <li className="grid grid-cols-[minmax(3.5rem,auto)_minmax(0,1fr)] gap-x-4 border-b border-rule py-3">
      <div className="text-right">
        <p className="text-20 font-medium">{formatCount(count)}</p>
        <p className="text-12 text-soft">{shareWords(count, of)}</p>
      </div>
      <div className="min-w-0">
        <p className="text-16 font-medium [overflow-wrap:anywhere]">
          <Coded text={group.title} />
        </p>
        <p className="text-12 text-soft">
          {group.name}
          <SentSpan group={group} />
          {group.from === null ? '' : ` · from ${group.from.label}`}
        </p>
        <p className="mt-1 max-w-[48rem] text-pretty">
          <Coded text={`${cause.sentence}.`} />
        </p>
        <Mark group={group} />
        <div className="mt-2 flex flex-wrap items-start gap-x-4 gap-y-1">
          <More group={group} isFirst={isFirst} />
          <Button isDisabled={reason !== null} isExpanded={isOpen} onClick={() => setOpen(!isOpen)}>
            Note, owner, hold
          </Button>
          {reason === null ? null : <span className="self-center text-12 text-soft">{reason}</span>}
        </div>
        {isOpen ? <GroupMarkForm group={group} queue={queue} close={() => setOpen(false)} /> : null}
      </div>
    </li>
  )
}

function shareWords(count: number, of: number): string {
  if (of === 0) return ''
  const share = (100 * count) / of
  return count === of ? 'all read' : share < 1 ? 'under 1 %' : `${Math.floor(share)} %`
}

function SentSpan({ group: { firstSentMs, lastSentMs } }: Pick<GroupItemProps, 'group'>) {
  if (firstSentMs === null || lastSentMs === null) return ' · SQS does not tell when they were sent'
  return (
    <>
      {' · sent '}
      <Time atMs={firstSentMs} />
      {lastSentMs - firstSentMs < 60_000 ? null : (
        <>
          {' to '}
          <Time atMs={lastSentMs} />
        </>
      )}
    </>
  )
}

function Risks({ risks }: Pick<GroupRow, 'risks'>) {
  if (risks.length === 0) return null
  return (
    <ul className="mt-1 max-w-[48rem]" aria-label="What could break a reader">
      {risks.map((risk) => (
        <li key={risk} className="[overflow-wrap:anywhere]">
          <Coded text={risk} />
        </li>
      ))}
    </ul>
  )
}

/** What people added; nothing where nobody did. */
function Mark({ group: { mark } }: Pick<GroupItemProps, 'group'>) {
  const { note, owner, isHeld, ticketUrl } = mark
  if (note === null && owner === null && !isHeld && ticketUrl === null) return null
  return (
    <div className="mt-2 max-w-[48rem] border-l-2 border-strong pl-3">
      {isHeld ? (
        <p className="flex items-center gap-2 font-medium text-muted">
          <StateMark truth="muted" /> Held: a redrive of all leaves these where they are.
        </p>
      ) : null}
      {note === null ? null : <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">{note}</p>}
      <p className="flex flex-wrap gap-x-4 text-soft">
        {owner === null ? null : <span>Owner: {owner}</span>}
        {ticketUrl === null ? null : (
          <a href={ticketUrl} rel="noreferrer" target="_blank" className="[overflow-wrap:anywhere]">
            {ticketUrl.replace(/^https?:\/\//u, '')}
          </a>
        )}
      </p>
    </div>
  )
}

/** The other differences, what could break a reader, and names and types of everything that they carry. */
function More({ group, isFirst }: Pick<GroupItemProps, 'group' | 'isFirst'>) {
  const { cause, risks, errors, attributes, bodyKeys } = group
  return (
    <details className="min-w-0 grow basis-60" open={isFirst}>
      <summary className="min-h-8 py-1.5 text-link">More about them</summary>
      {cause.differences.length < 2 ? null : (
        <ul className="mt-1 max-w-[48rem] text-soft">
          {cause.differences.slice(1).map(({ kind, name, type, words }) => (
            <li key={`${kind} ${name} ${type}`}>
              <Coded text={`${words}.`} />
            </li>
          ))}
        </ul>
      )}
      {cause.kind === 'differs' ? null : <Risks risks={risks} />}
      {errors === null ? null : (
        <p className="mt-1 text-soft">
          {errors.words}{' '}
          {errors.href === null ? null : (
            <a href={errors.href} rel="noreferrer" target="_blank">
              Issues of that time
            </a>
          )}
        </p>
      )}
      <pre className="mt-1 bg-sunk p-3 font-mono text-12 [overflow-wrap:anywhere] whitespace-pre-wrap">
        {attributes.length === 0
          ? 'no attributes\n'
          : attributes
              .map(({ name, type, value }) => `${name} (${type})${value === null ? '' : `: ${value}`}\n`)
              .join('')}
        {'\n'}
        {bodyKeys === null ? 'a body that is not JSON' : bodyKeys.join('\n')}
      </pre>
    </details>
  )
}
