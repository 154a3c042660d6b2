import Link from 'next/link'
import { IncidentItem } from '#components/incidents/incident-item.tsx'
import { notReadOf } from '#components/ui/not-read.ts'
import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { evidenceWords } from '#components/ui/evidence-words.ts'
import { formatCount } from '#components/ui/format-count.ts'
import { Since } from '#components/ui/time.tsx'
import { routes } from '#lib/domain/routes.ts'
import type { Truth } from '#lib/domain/truth.ts'
import type { IncidentRow } from '#lib/views/incidents/contract.ts'
import type { ServiceStage } from '#lib/views/overview/contract.ts'
import type { FindingRow, SourceStatus } from '#lib/views/shared.ts'

interface NeedsAHandProps {
  /** Open incidents. On a page about one subject a finding of its own stands for the incident to which it leads. */
  readonly incidents?: readonly IncidentRow[]
  readonly findings: readonly FindingRow[]
  readonly blind: readonly SourceStatus[]
  /** Services that Sentry shows to be in trouble; each needs a row, since the sentence may speak of it. */
  readonly services?: readonly ServiceStage[]
  /** True on the page to which the findings lead: they then link to their incident alone. */
  readonly isHere?: boolean
}

/** Everything open, incidents first and worst first: what is wrong, since when, and where to look. */
export function NeedsAHand({ incidents = [], findings, blind, services = [], isHere = false }: NeedsAHandProps) {
  // A silent source that a finding speaks of is one row, not two.
  const told = new Set(
    findings.filter(({ detector }) => detector === 'source-silent').map(({ evidence }) => evidence['source']),
  )
  // That Spillway does not read is one fault of its own, whatever was found of a source before.
  const notRead = notReadOf(blind)
  const failing = blind.filter(({ id, state }) => (state === 'failing' || state === 'waiting') && !told.has(id))
  const unconnected = blind.filter((source) => source.state === 'not-configured')
  const untold = incidents.filter(({ name }) => !findings.some(({ incident }) => incident === name))
  // Two signs of one incident are one thing to put right.
  const signs = new Set(findings.map(({ id, incident }) => incident ?? `finding ${id}`))
  const count = untold.length + signs.size + failing.length + services.length + (notRead === null ? 0 : 1)
  return (
    <Part title="Needs a hand" aside={count === 0 ? undefined : `${formatCount(count)} open`}>
      <ul className="border-t border-strong">
        {notRead === null ? null : (
          <Item truth="unknown" {...notRead} action={{ href: routes.settings(), label: 'Look at the sources' }} />
        )}
        {untold.map((incident) => (
          <IncidentItem key={incident.name} incident={incident} />
        ))}
        {findings.map((finding) => (
          <FindingItem key={finding.id} finding={isHere ? { ...finding, href: null } : finding} />
        ))}
        {services.map((service) => (
          <Item
            key={service.name}
            truth="bad"
            title={`${service.name}: ${service.word}`}
            notes={['errors in Sentry in the last hour']}
            sinceMs={service.sinceMs}
            action={null}
          />
        ))}
        {failing.map((source) => (
          <Item
            key={source.id}
            truth="unknown"
            title={`${source.title}: ${source.state === 'waiting' ? 'not read yet' : 'does not answer'}`}
            notes={source.message === null ? [] : [source.message]}
            sinceMs={source.sinceMs}
            action={{ href: routes.settings(), label: 'Look at the source' }}
          />
        ))}
        {unconnected.length === 0 ? null : (
          <Item
            truth="unknown"
            title={`Not connected, so not known: ${unconnected.map((source) => source.title).join(', ')}`}
            notes={[]}
            sinceMs={null}
            action={{ href: routes.settings(), label: 'See how to connect' }}
          />
        )}
        {count + unconnected.length === 0 ? (
          <li className="flex items-center gap-3 border-b border-rule py-2.5 text-soft">
            <StateMark truth="ok" />
            Nothing does. Every source answers and no detector holds anything to be wrong.
          </li>
        ) : null}
      </ul>
    </Part>
  )
}

function FindingItem({ finding }: { readonly finding: FindingRow }) {
  return (
    <Item
      truth={finding.truth}
      title={finding.title}
      notes={evidenceWords(finding.evidence).slice(0, 5)}
      sinceMs={finding.sinceMs}
      action={actionOf(finding)}
    />
  )
}

/** The incident before anything else: there it is put right. */
function actionOf({ incident, href }: FindingRow): ItemProps['action'] {
  if (incident !== null) return { href: routes.incident(incident), label: `Open ${incident}` }
  return href === null ? null : { href, label: actionLabel(href) }
}

function actionLabel(href: string): string {
  if (href.startsWith(`${routes.queues()}/`)) return 'Look at the queue'
  if (href.startsWith(routes.emails())) return 'See who is without'
  return href.startsWith(routes.settings()) ? 'Look at the source' : 'Look'
}

interface ItemProps {
  readonly truth: Truth
  readonly title: string
  readonly notes: readonly string[]
  readonly sinceMs: number | null
  readonly action: { readonly href: string; readonly label: string } | null
}

function Item({ truth, title, notes, sinceMs, action }: ItemProps) {
  return (
    <li className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-3 gap-y-1 border-b border-rule py-2.5 md:grid-cols-[1rem_minmax(0,1fr)_auto_10rem] md:gap-x-6">
      <span className="flex h-6 items-center">
        <StateMark truth={truth} />
      </span>
      <div className="min-w-0">
        <p className="text-16 font-medium break-words">{title}</p>
        {notes.length === 0 ? null : <p className="mt-0.5 text-12 break-words text-soft">{notes.join(' · ')}</p>}
      </div>
      <p className="col-start-2 text-soft md:col-start-auto md:leading-6">
        <Since atMs={sinceMs} />
      </p>
      <p className="col-start-2 md:col-start-auto md:text-end md:leading-6">
        {action === null ? null : (
          <Link href={action.href} prefetch={false} className="inline-block min-h-6">
            {action.label}
          </Link>
        )}
      </p>
    </li>
  )
}
