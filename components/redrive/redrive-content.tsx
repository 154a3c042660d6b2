import type { Role } from '#lib/domain/role.ts'
import type { RedrivePage } from '#lib/views/redrive/contract.ts'
import { LedgerNotes } from './ledger-notes.tsx'
import { RedriveActions } from './redrive-actions.tsx'
import { RedriveCanary } from './redrive-canary.tsx'
import { RedriveFigures } from './redrive-figures.tsx'
import { RedrivePlan } from './redrive-plan.tsx'
import { RedriveSample } from './redrive-sample.tsx'

interface RedriveContentProps {
  readonly data: RedrivePage
  readonly role: Role
}

/** A redrive under its sentence: how far it is and what can be done, the first message, the proof, and what was planned. */
export function RedriveContent({ data, role }: RedriveContentProps) {
  return (
    <>
      <div>
        <RedriveFigures data={data} />
        <RedriveActions data={data} role={role} />
      </div>
      <div className="grid gap-x-16 gap-y-12 lg:grid-cols-2">
        <RedriveCanary data={data} />
        <RedrivePlan data={data} />
      </div>
      {data.sample === null ? null : <RedriveSample sample={data.sample} removed={data.removeAttributes} />}
      <LedgerNotes notes={data.notes} />
    </>
  )
}
