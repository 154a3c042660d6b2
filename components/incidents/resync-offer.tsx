'use client'
import { useState } from 'react'
import { ActionProblem } from '#components/ui/action-problem.tsx'
import { Button } from '#components/ui/button.tsx'
import { formatCounted } from '#components/ui/format-count.ts'
import { roleReason } from '#components/ui/role-reason.ts'
import { useAction } from '#components/ui/use-action.ts'
import { startResync } from '#lib/actions/start-resync.ts'
import type { Role } from '#lib/domain/role.ts'
import type { IncidentPage } from '#lib/views/incident/contract.ts'
import { undecidedWords } from './undecided-words.ts'

interface ResyncOfferProps {
  readonly data: IncidentPage
  readonly role: Role
}

/** Asks again for the data of the people known behind messages that are gone. Asks first: each person is one message. */
export function ResyncOffer({ data, role }: ResyncOfferProps) {
  const [isAsking, setIsAsking] = useState(false)
  const { isBusy, problem, run } = useAction(startResync)
  const { peopleToAsk, isResyncSet, resyncs } = data.healing
  if (resyncs.some(({ state }) => state === 'running')) return null
  const reason = isResyncSet
    ? roleReason(role, 'operator')
    : 'Not set up: give resync.queueUrl in spillway.yaml, and restart.'
  const people = formatCounted(peopleToAsk, 'person', 'people')
  return (
    <div className="border-b border-rule py-3">
      <p className="text-16 font-medium">Re-sync {people}</p>
      <p className="mt-0.5 max-w-[48rem] text-soft">
        Asks the source again for the data of everybody who is still without. For messages that have expired, or that
        were processed by a consumer that dropped them.
      </p>
      {data.undecided.length === 0 ? null : (
        <p className="mt-2 max-w-[48rem]">
          Better wait: {undecidedWords(data.undecided)}. People behind them may still get their e-mail, and then would
          be asked for twice.
        </p>
      )}
      <div className="mt-3 flex flex-wrap items-center gap-3">
        {isAsking ? (
          <>
            <Button isLead isBusy={isBusy} onClick={() => run({ incident: data.number }, () => setIsAsking(false))}>
              Ask again for {people} now
            </Button>
            <Button onClick={() => setIsAsking(false)}>Not now</Button>
          </>
        ) : (
          <Button isDisabled={reason !== null} onClick={() => setIsAsking(true)}>
            Re-sync {people}
          </Button>
        )}
        {reason === null ? null : <p className="text-12 text-soft">{reason}</p>}
      </div>
      <ActionProblem problem={problem} />
    </div>
  )
}
