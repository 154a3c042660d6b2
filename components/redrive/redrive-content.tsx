import { BlindSources } from '#components/ui/blind-sources.tsx'
import { KeptFocus } from '#components/ui/kept-focus.tsx'
import type { Role } from '#lib/domain/role.ts'
import { isOutOfSight } from '#lib/domain/source-sight-state.ts'
import type { RedrivePage } from '#lib/views/redrive/contract.ts'
import { LedgerNotes } from './ledger-notes.tsx'
import { MissedNotes } from './missed-notes.tsx'
import { RedriveActions } from './redrive-actions.tsx'
import { RedriveCanary } from './redrive-canary.tsx'
import { RedriveFigures } from './redrive-figures.tsx'
import { RedrivePreflight } from './redrive-preflight.tsx'
import { RedrivePlan } from './redrive-plan.tsx'
import { RedriveSamples } from './redrive-samples.tsx'
import { RedriveStory } from './redrive-story.tsx'

interface RedriveContentProps {
  readonly data: RedrivePage
  readonly role: Role
  /** Name of the one who looks. */
  readonly reader: string
}

/** A redrive under its sentence: how far it is and what can be done, the first message, what was planned, and a message before and after. */
export function RedriveContent({ data, role, reader }: RedriveContentProps) {
  // Before the start the question is what would be sent; after it, what became of what was sent.
  const isPlan = data.state === 'planned'
  const samples =
    data.samples.length === 0 ? null : <RedriveSamples samples={data.samples} transform={data.transform} />
  return (
    <>
      <KeptFocus label="How it stands">
        <RedriveFigures data={data} />
        <RedriveActions data={data} role={role} reader={reader} />
        <div className="mt-8 empty:hidden">
          <BlindSources blind={data.blind.filter((source) => isOutOfSight(source.state))} />
        </div>
      </KeptFocus>
      {isPlan ? <RedrivePreflight preflight={data.preflight} /> : null}
      {isPlan ? samples : null}
      <div className="grid gap-x-16 gap-y-12 lg:grid-cols-2">
        {data.way === 'move-task' ? null : <RedriveCanary data={data} />}
        <RedrivePlan data={data} />
      </div>
      <RedriveStory story={data.story} />
      <MissedNotes missed={data.missed} />
      {isPlan ? null : <LedgerNotes notes={data.notes} />}
      {isPlan ? null : samples}
    </>
  )
}
