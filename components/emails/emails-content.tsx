import Link from 'next/link'
import { ChartGroup } from '#components/charts/chart-group.tsx'
import type { TimeSpan } from '#components/charts/span-brush.ts'
import { NeedsAHand } from '#components/overview/needs-a-hand.tsx'
import type { ViewRange } from '#components/queue/view-range.ts'
import { Part } from '#components/ui/part.tsx'
import { Age } from '#components/ui/time.tsx'
import { routes } from '#lib/domain/routes.ts'
import type { Emails } from '#lib/views/emails/contract.ts'
import { JourneyStrip } from './journey-strip.tsx'
import { NotConnected } from './not-connected.tsx'
import { PeopleFigures } from './people-figures.tsx'
import { PersonTable } from './person-table.tsx'
import { ReasonTable } from './reason-table.tsx'
import { RecoveryFigures } from './recovery-figures.tsx'
import { SegmentTables } from './segment-tables.tsx'
import { Totals } from './totals.tsx'

interface EmailsContentProps {
  readonly data: Emails
  readonly range: ViewRange
  readonly span: TimeSpan | null
}

/** The e-mails under their sentence: who is without, why, and how it went over time. */
export function EmailsContent({ data, range, span }: EmailsContentProps) {
  if (!data.isConnected)
    return (
      <>
        <NotConnected />
        <NeedsAHand incidents={data.incidents} findings={data.findings} blind={data.blind} isHere />
      </>
    )
  return (
    <>
      <PeopleFigures people={data.people} />
      {data.incidents.length + data.findings.length + data.blind.length === 0 ? null : (
        <NeedsAHand incidents={data.incidents} findings={data.findings} blind={data.blind} isHere />
      )}
      <JourneyStrip journey={data.journey} rangeWords={range.replace(/(\d+)/u, '$1 ')} />
      <div className="grid gap-x-16 gap-y-12 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <PersonTable persons={data.persons} peopleLeftOut={data.peopleLeftOut} isKnown={data.hasOutcomes} />
        <ReasonTable reasons={data.reasons} isKnown={data.hasOutcomes} />
      </div>
      <SegmentTables segments={data.segments} range={range} />
      <Part
        title="Notifications over time"
        aside={
          data.lastEventMs === null ? (
            'No event has arrived yet'
          ) : (
            <>
              newest event <Age atMs={data.lastEventMs} /> ago
            </>
          )
        }
      >
        {data.hasOutcomes ? (
          <>
            <RecoveryFigures recovery={data.recovery} range={range} />
            <Totals totals={data.totals} range={range} />
          </>
        ) : null}
        <ChartGroup
          href={routes.emails()}
          range={range}
          initialSpan={span}
          charts={[{ title: 'By what they are now', data: data.chart }]}
        />
        {data.quarantined === 0 ? null : (
          <p className="mt-2 text-soft">
            <Link href={routes.quarantine()} prefetch={false}>
              {data.quarantined} {data.quarantined === 1 ? 'message was' : 'messages were'} not understood
            </Link>{' '}
            and {data.quarantined === 1 ? 'waits' : 'wait'} in quarantine, encrypted. What they say is not in these
            figures.
          </p>
        )}
      </Part>
    </>
  )
}
