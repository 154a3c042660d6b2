import Link from 'next/link'
import type { ReactNode } from 'react'
import { Figure, LastKnown } from '#components/ui/figure.tsx'
import { formatDuration } from '#components/ui/format-duration.ts'
import { StateMark, TRUTH_TEXT } from '#components/ui/state-mark.tsx'
import { Since } from '#components/ui/time.tsx'
import { routes } from '#lib/domain/routes.ts'
import type { Truth } from '#lib/domain/truth.ts'
import type { EmailStage, QueueStage, ServiceStage } from '#lib/views/overview/contract.ts'
import type { QueueRow } from '#lib/views/shared.ts'

const NO_FLOW = 'Not known: CloudWatch has told nothing for this time'

interface StopProps {
  readonly kind: string
  readonly name: ReactNode
  readonly truth: Truth
  readonly word: string
  readonly sinceMs: number | null
  readonly counts?: ReactNode
  readonly isLeaking?: boolean
  readonly children?: ReactNode
  readonly overflow?: ReactNode
}

function StopFrame({ kind, name, truth, word, sinceMs, counts, isLeaking = false, children, overflow }: StopProps) {
  return (
    <li className="stop" data-truth={truth} data-leak={isLeaking || undefined}>
      <div className="stop-line">
        {counts}
        <span className="station">
          <StateMark truth={truth} size={20} />
        </span>
        {isLeaking ? <Drops /> : null}
      </div>
      <div className="stop-body">
        <div className="stop-name">
          <p className="text-12 text-soft">{kind}</p>
          <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
        </div>
        <div className="stop-state">
          <p className={`${TRUTH_TEXT[truth]} ${truth === 'bad' ? 'font-medium' : ''}`}>{word}</p>
          {truth === 'ok' || sinceMs === null ? null : (
            <p className="text-soft">
              <Since atMs={sinceMs} />
            </p>
          )}
        </div>
        <div className="stop-facts">{children}</div>
      </div>
      {overflow}
    </li>
  )
}

/** What falls where the line breaks. */
function Drops() {
  return (
    <svg className="drops" viewBox="0 0 14 40" width="14" height="40" aria-hidden="true" fill="currentColor">
      {[
        [3, 1.6],
        [15, 2.4],
        [30, 3.4],
      ].map(([top = 0, r = 0]) => (
        <path
          key={top}
          d={`M7 ${top}c0 0 ${r} ${r * 1.4} ${r} ${r * 2.2}a${r} ${r} 0 0 1-${2 * r} 0c0-${r * 0.8} ${r}-${r * 2.2} ${r}-${r * 2.2}Z`}
        />
      ))}
    </svg>
  )
}

export function QueueStop({ stage }: { readonly stage: QueueStage }) {
  const { row, leak } = stage
  const isLeaking = leak !== null
  return (
    <StopFrame
      kind="queue"
      name={<QueueName row={row} />}
      truth={row.truth}
      word={leak ?? row.word}
      sinceMs={isLeaking ? stage.leakSinceMs : row.sinceMs}
      isLeaking={isLeaking}
      counts={
        <>
          <span className="count-in">
            <Figure value={row.sent} unit="in" whyNull={NO_FLOW} unknownSinceMs={row.flowUnknownSinceMs} />
          </span>
          <span className={isLeaking && row.deleted === 0 ? 'count-out font-medium text-bad' : 'count-out'}>
            <Figure value={row.deleted} unit="out" whyNull={NO_FLOW} unknownSinceMs={row.flowUnknownSinceMs} />
          </span>
        </>
      }
      overflow={<Overflow row={row} />}
    >
      <p className="text-soft">
        {isLeaking && row.visible !== null ? (
          <>
            <Figure value={row.visible + (row.inFlight ?? 0)} unknownSinceMs={row.depthUnknownSinceMs} /> stuck in it
          </>
        ) : (
          <>
            <Figure value={row.visible} unknownSinceMs={row.depthUnknownSinceMs} /> waiting
          </>
        )}
        {row.oldestAgeSeconds === null || row.visible === 0 ? null : (
          <span className="whitespace-nowrap">
            , oldest{' '}
            <LastKnown unknownSinceMs={row.flowUnknownSinceMs}>{formatDuration(row.oldestAgeSeconds * 1000)}</LastKnown>
          </span>
        )}
      </p>
    </StopFrame>
  )
}

function QueueName({ row }: { readonly row: QueueRow }) {
  return (
    <Link href={routes.queue(row.name)} prefetch={false} className="quiet-link" title={row.name}>
      {row.label}
    </Link>
  )
}

/** The dead-letter queue below its queue, or the stub that says there is none. */
function Overflow({ row }: { readonly row: QueueRow }) {
  if (row.dlq === null)
    return (
      <p className="overflow overflow-none text-12 text-soft">
        <span>no dead-letter queue</span>
      </p>
    )
  const { dlq } = row
  return (
    <p className={`overflow ${TRUTH_TEXT[dlq.truth]}`} data-truth={dlq.truth}>
      <StateMark truth={dlq.truth} />
      <Link href={routes.queue(dlq.name)} prefetch={false} className="quiet-link" title={dlq.name}>
        {dlq.letters === null ? (
          'dead letters not known'
        ) : (
          <>
            <Figure value={dlq.letters} unknownSinceMs={dlq.unknownSinceMs} /> dead{' '}
            {dlq.letters === 1 ? 'letter' : 'letters'}
          </>
        )}
      </Link>
    </p>
  )
}

export function ServiceStop({ stage }: { readonly stage: ServiceStage }) {
  return (
    <StopFrame kind="service" name={stage.name} truth={stage.truth} word={stage.word} sinceMs={stage.sinceMs}>
      <p className="text-soft">
        <Figure
          value={stage.errors}
          whyNull="Not known: Sentry has not told it"
          unknownSinceMs={stage.unknownSinceMs}
        />{' '}
        {stage.errors === 1 ? 'error' : 'errors'} in the last hour
      </p>
    </StopFrame>
  )
}

export function EmailStop({ stage }: { readonly stage: EmailStage }) {
  return (
    <StopFrame
      kind="e-mails, last 24 hours"
      name={
        <Link href={routes.emails()} prefetch={false} className="quiet-link">
          {stage.label}
        </Link>
      }
      truth={stage.truth}
      word={stage.word}
      sinceMs={stage.sinceMs}
    >
      <ul className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-2 text-soft">
        <Outcome value={stage.delivered} label="delivered" unknownSinceMs={stage.unknownSinceMs} />
        <Outcome value={stage.accepted} label="accepted" unknownSinceMs={stage.unknownSinceMs} />
        <Outcome
          value={stage.failed}
          label="failed"
          unknownSinceMs={stage.unknownSinceMs}
          isBad={(stage.failed ?? 0) > 0}
        />
      </ul>
    </StopFrame>
  )
}

interface OutcomeProps {
  readonly value: number | null
  readonly label: string
  readonly unknownSinceMs: number | null
  readonly isBad?: boolean
}

function Outcome({ value, label, unknownSinceMs, isBad = false }: OutcomeProps) {
  return (
    <li className={`contents ${isBad ? 'text-bad' : ''}`}>
      <span className="text-end">
        <Figure value={value} whyNull="Not known: e-mail outcomes have not told it" unknownSinceMs={unknownSinceMs} />
      </span>
      <span>{label}</span>
    </li>
  )
}
