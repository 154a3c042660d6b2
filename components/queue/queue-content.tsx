import { ChartGroup } from '#components/charts/chart-group.tsx'
import type { TimeSpan } from '#components/charts/span-brush.ts'
import { NeedsAHand } from '#components/overview/needs-a-hand.tsx'
import { QueueHealing } from '#components/redrive/queue-healing.tsx'
import { Part } from '#components/ui/part.tsx'
import type { Role } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'
import type { QueuePage } from '#lib/views/queue/contract.ts'
import { AlarmList } from './alarm-list.tsx'
import { ArchivePart } from './archive-part.tsx'
import { QueueChanges } from './queue-changes.tsx'
import { QueueExpiry } from './queue-expiry.tsx'
import { QueueFacts } from './queue-facts.tsx'
import { QueueInside } from './queue-inside.tsx'
import { QueueFigures } from './queue-figures.tsx'
import { WatchList } from './watch-list.tsx'
import type { ViewRange } from './view-range.ts'

interface QueueContentProps {
  readonly data: QueuePage
  readonly range: ViewRange
  readonly span: TimeSpan | null
  readonly role: Role
}

/** One queue under its sentence: figures of now, what is wrong, its history, what watches it, how it is set up. */
export function QueueContent({ data, range, span, role }: QueueContentProps) {
  return (
    <>
      <QueueFigures row={data.row} />
      {data.expiry === null ? null : <QueueExpiry expiry={data.expiry} here={data.row.name} />}
      {data.incidents.length + data.findings.length + data.blind.length === 0 ? null : (
        <NeedsAHand incidents={data.incidents} findings={data.findings} blind={data.blind} isHere />
      )}
      {data.changes === null ? null : <QueueChanges changes={data.changes} />}
      {data.inside === null ? null : <QueueInside inside={data.inside} role={role} />}
      <QueueHealing data={data} role={role} />
      {data.inside === null ? null : (
        <ArchivePart inside={data.inside} redrive={redriveOn(data, data.inside.queue.name)} role={role} />
      )}
      <Part title="History">
        <ChartGroup
          href={routes.queue(data.row.name)}
          range={range}
          initialSpan={span}
          charts={[
            { title: 'Messages in the queue', data: data.depthChart },
            { title: 'In and out', data: data.flowChart },
            { title: 'Age of the oldest message', data: data.ageChart },
          ]}
        />
      </Part>
      <div className="grid gap-x-16 gap-y-12 lg:grid-cols-2">
        <div className="space-y-12">
          <WatchList watch={data.watch} />
          <AlarmList alarms={data.alarms} alarmsUnknown={data.alarmsUnknown} />
        </div>
        <QueueFacts facts={data.facts} />
      </div>
    </>
  )
}

/** Name of the redrive that has the queue at the moment; null when none has. */
function redriveOn({ offers }: Pick<QueuePage, 'offers'>, queue: string): string | null {
  return offers.find((offer) => offer.queue.name === queue)?.active?.name ?? null
}
