import Link from 'next/link'
import { Figure } from '#components/ui/figure.tsx'
import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Since } from '#components/ui/time.tsx'
import type { Emails, JourneyStage } from '#lib/views/emails/contract.ts'
import './journey-strip.css'

interface JourneyStripProps {
  readonly journey: Emails['journey']
  /** `24 h`. */
  readonly rangeWords: string
}

const NO_FLOW = 'Not known: CloudWatch has told nothing for this time'

/** The road from a new profile to the e-mail, with what went into and out of each stage; a leak is named where it is. */
export function JourneyStrip({ journey, rangeWords }: JourneyStripProps) {
  if (journey.length === 0) return null
  const leaks = journey.flatMap(({ leak }) => leak ?? [])
  return (
    <Part title="From profile to e-mail" aside={`the last ${rangeWords}, without what Spillway moved itself`}>
      {leaks.map((leak) => (
        <p key={leak} className="mb-3 flex items-center gap-3 text-16 font-medium text-bad">
          <StateMark truth="bad" />
          {leak}
        </p>
      ))}
      <ol className="journey">
        {journey.map((stage) => (
          <Stage key={`${stage.kind} ${stage.label}`} stage={stage} />
        ))}
      </ol>
    </Part>
  )
}

function Stage({ stage }: { readonly stage: JourneyStage }) {
  const isLeaking = stage.leak !== null
  return (
    <li className="journey-stage" data-leak={isLeaking || undefined}>
      <p className="journey-name">
        <span className="font-medium [overflow-wrap:anywhere]">
          <Name stage={stage} />
        </span>
        <span className="block text-12 text-soft">{KINDS[stage.kind]}</span>
      </p>
      <p className="journey-counts">
        <Figure
          value={stage.in}
          unit={stage.kind === 'profiles' ? '' : stage.kind === 'emails' ? 'tried' : 'in'}
          whyNull={NO_FLOW}
          unknownSinceMs={stage.unknownSinceMs}
        />
        {stage.kind === 'profiles' ? null : (
          <>
            <span className={isLeaking ? 'font-medium text-bad' : ''}>
              <Figure
                value={stage.out}
                unit={stage.kind === 'emails' ? 'sent' : 'out'}
                whyNull={NO_FLOW}
                unknownSinceMs={stage.unknownSinceMs}
              />
            </span>
          </>
        )}
      </p>
      {stage.knownSinceMs === null ? null : (
        <p className="text-12 text-soft">
          known <Since atMs={stage.knownSinceMs} />
        </p>
      )}
      {stage.service === null ? null : <p className="text-12 text-soft">read by {stage.service}</p>}
    </li>
  )
}

const KINDS = { profiles: 'the source', queue: 'queue', emails: 'e-mails' } as const

function Name({ stage }: { readonly stage: JourneyStage }) {
  if (stage.href === null) return stage.kind === 'profiles' ? 'profiles created' : stage.label
  return (
    <Link href={stage.href} prefetch={false} className="quiet-link">
      {stage.label}
    </Link>
  )
}
