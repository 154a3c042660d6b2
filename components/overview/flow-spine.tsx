import type { CSSProperties } from 'react'
import { Part } from '#components/ui/part.tsx'
import type { Overview } from '#lib/views/overview/contract.ts'
import { EmailStop, QueueStop, ServiceStop } from './flow-stop.tsx'
import './flow-spine.css'

type Stage = Overview['flow'][number]

interface FlowSpineProps {
  readonly flow: readonly Stage[]
}

/** The road of a message, left to right; a leak is drawn where it is. Upright where there is no room. */
export function FlowSpine({ flow }: FlowSpineProps) {
  const windowMinutes = flow.find((stage) => stage.kind === 'queue')?.windowMinutes
  return (
    <Part
      title="The road of a message"
      aside={windowMinutes === undefined ? undefined : `in and out: messages of the last ${windowWords(windowMinutes)}`}
    >
      {flow.length === 0 ? (
        <NoFlow />
      ) : (
        <div className="flow-box border-t border-strong" style={layoutOf(flow)}>
          <ol className="flow">
            {flow.map((stage, at) => (
              <Stop key={stageKey(stage, at)} stage={stage} />
            ))}
          </ol>
        </div>
      )}
    </Part>
  )
}

type FlowLayout = CSSProperties & Readonly<Record<'--stages' | '--columns' | '--name-size', string>>

/** Queues carry figures on both sides, so they get more of the width than what stands between them. */
function layoutOf(flow: readonly Stage[]): FlowLayout {
  return {
    '--stages': String(flow.length),
    '--columns': flow.map((stage) => `minmax(0, ${stage.kind === 'queue' ? 1.3 : 1}fr)`).join(' '),
    '--name-size': flow.length > 7 ? '0.875rem' : '1rem',
  }
}

function Stop({ stage }: { readonly stage: Stage }) {
  if (stage.kind === 'queue') return <QueueStop stage={stage} />
  return stage.kind === 'service' ? <ServiceStop stage={stage} /> : <EmailStop stage={stage} />
}

// One service may read two queues, so its place is part of what it is.
function stageKey(stage: Stage, at: number): string {
  if (stage.kind === 'queue') return `queue ${stage.row.name}`
  return stage.kind === 'service' ? `service ${at} ${stage.name}` : 'emails'
}

function windowWords(minutes: number): string {
  if (minutes === 60) return 'hour'
  return minutes > 60 && minutes % 60 === 0 ? `${minutes / 60} hours` : `${minutes} minutes`
}

function NoFlow() {
  return (
    <div className="grid gap-4 border-y border-rule py-4 md:grid-cols-[minmax(0,32rem)_minmax(0,1fr)]">
      <p className="text-soft">
        Here the road of a message will be drawn: each queue with what went in and what came out, the service that reads
        it, and the e-mails at the end. Name the stages in spillway.yaml, first stage first.
      </p>
      <pre className="overflow-x-auto font-mono text-12 text-ink">
        {`flow:\n  - queue: orders-created\n    service: orders-sync\n  - queue: orders-updated\n    service: notifications`}
      </pre>
    </div>
  )
}
