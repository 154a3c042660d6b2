'use client'
import { useState } from 'react'
import { ActionProblem } from '#components/ui/action-problem.tsx'
import { Button } from '#components/ui/button.tsx'
import { roleReason } from '#components/ui/role-reason.ts'
import { useAction } from '#components/ui/use-action.ts'
import { lookIntoQueue } from '#lib/actions/look-into-queue.ts'
import type { Role } from '#lib/domain/role.ts'
import { MaskedMessages, type SeenMessage } from './masked-messages.tsx'

interface LookButtonProps {
  /** Name of the queue into which one looks. */
  readonly queue: string
  readonly hasLook: boolean
  /** Why it is more than a look here; null where it is not. */
  readonly warning: string | null
  readonly role: Role
}

interface Seen {
  readonly shown: readonly SeenMessage[]
  readonly isShared: boolean
}

/** Reads some of a queue's messages and gives them back. Says beforehand what that does to them. */
export function LookButton({ queue, hasLook, warning, role }: LookButtonProps) {
  const [seen, setSeen] = useState<Seen | null>(null)
  const { isBusy, problem, run } = useAction(lookIntoQueue)
  const reason = roleReason(role, 'responder')
  return (
    <div className="mt-4">
      {warning === null ? null : <p className="mb-2 max-w-[40rem] font-medium">{warning}</p>}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button
          isDisabled={reason !== null}
          isBusy={isBusy}
          onClick={() =>
            run({ queue, isReceiveAccepted: warning !== null }, ({ shown, isShared }) => setSeen({ shown, isShared }))
          }
        >
          {isBusy
            ? 'Looking'
            : `${hasLook ? 'Look again' : 'Look into the messages'}${warning === null ? '' : ' all the same'}`}
        </Button>
        <p className="max-w-[36rem] text-12 text-soft">
          {reason ??
            `Receives messages of ${queue} and gives them back; each receive counts towards its limit. Only what they look like is kept.`}
        </p>
      </div>
      <ActionProblem problem={problem} />
      {seen === null || problem !== null ? null : seen.isShared ? (
        <p className="mt-2 text-soft">Somebody looked less than a minute ago; that look is shown.</p>
      ) : (
        <MaskedMessages messages={seen.shown} />
      )}
    </div>
  )
}
