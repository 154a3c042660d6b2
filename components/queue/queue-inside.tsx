import { LookButton } from '#components/redrive/look-button.tsx'
import { formatCount, formatCounted } from '#components/ui/format-count.ts'
import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { groupName } from '#lib/domain/message-group.ts'
import type { Role } from '#lib/domain/role.ts'
import type { QueueInside as Inside } from '#lib/views/queue-inside.ts'
import { GoodSample } from './good-sample.tsx'
import { GroupHistory } from './group-history.tsx'
import { GroupItem } from './group-item.tsx'

interface QueueInsideProps {
  readonly inside: Inside
  readonly role: Role
}

/** What is known of the messages inside a queue, by groups that look alike: of the latest look, whoever looked. */
export function QueueInside({ inside, role }: QueueInsideProps) {
  const { queue, look, groups, rest, held, unmet } = inside
  return (
    <Part title={`Inside ${queue.label}`} aside={look === null ? undefined : `${look.by} ${look.words}`}>
      <div className="border-t border-strong">
        {groups.length > 0 ? (
          <GroupList groups={groups} queue={queue.name} role={role} />
        ) : (
          <p className="border-b border-rule py-2.5">
            {look === null
              ? 'Nobody has looked yet. A look groups the messages by what they look like, and compares each group with healthy ones.'
              : 'The last look could read no message.'}
          </p>
        )}
        {rest.messages === 0 ? null : (
          <p className="border-b border-rule py-2.5 text-soft">
            {formatCounted(rest.messages, 'message')} more in smaller groups
            {rest.groups === 0 ? '' : `, ${formatCount(rest.groups)} of them known`}; a look shows the 30 largest.
          </p>
        )}
      </div>
      {held === null ? null : (
        <p className="mt-3 flex items-start gap-3">
          <StateMark truth="muted" />
          <span>
            {held.by} looks into {queue.label} since <Time atMs={held.fromMs} />: what was read is hidden until{' '}
            <Time atMs={held.untilMs} /> at the latest, and SQS gives it back then by itself.
          </span>
        </p>
      )}
      <LookButton queue={queue.name} hasLook={look !== null} warning={inside.warning} role={role} />
      <p className="mt-3 max-w-[48rem] text-12 text-soft">{inside.healthyWords}</p>
      <GoodSample inside={inside} role={role} />
      {unmet.length === 0 ? null : (
        <p className="mt-3 max-w-[48rem] text-12 text-soft">
          Marked, and not met by the latest look:{' '}
          {unmet.map(({ fingerprint, isHeld }) => `${groupName(fingerprint)}${isHeld ? ' (held)' : ''}`).join(', ')}.
        </p>
      )}
      <GroupHistory changes={inside.changes} />
    </Part>
  )
}

/** So many are told at once; the others are one click away. */
const FIRST_GROUPS = 8

function GroupList({
  groups,
  queue,
  role,
}: {
  readonly groups: Inside['groups']
  readonly queue: string
  readonly role: Role
}) {
  const [first, others] = [groups.slice(0, FIRST_GROUPS), groups.slice(FIRST_GROUPS)]
  const itemOf = (group: Inside['groups'][number], at: number) => (
    <GroupItem key={group.fingerprint} group={group} queue={queue} role={role} isFirst={at === 0} />
  )
  return (
    <>
      <ol>{first.map(itemOf)}</ol>
      {others.length === 0 ? null : (
        <details className="border-b border-rule">
          <summary className="min-h-10 py-2.5 text-link">{formatCounted(others.length, 'smaller group')}</summary>
          <ol className="border-t border-rule">{others.map((group) => itemOf(group, FIRST_GROUPS))}</ol>
        </details>
      )}
    </>
  )
}
