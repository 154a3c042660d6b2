'use client'
import { useState } from 'react'
import { ActionProblem } from '#components/ui/action-problem.tsx'
import { roleReason } from '#components/ui/role-reason.ts'
import { useAction } from '#components/ui/use-action.ts'
import { replayQuarantined } from '#lib/actions/replay-quarantined.ts'
import type { Role } from '#lib/domain/role.ts'

interface TryAgainProps {
  /** Messages in quarantine, at most a hundred. */
  readonly ids: readonly number[]
  readonly role: Role
}

/** Reads quarantined messages again, after what was wrong is mended, and says what became of them. */
export function TryAgain({ ids, role }: TryAgainProps) {
  const [result, setResult] = useState<string | null>(null)
  const { isBusy, problem, run } = useAction(replayQuarantined)
  const reason = roleReason(role, 'operator')
  return (
    <div className="mb-4">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <button
          type="button"
          className="button"
          disabled={reason !== null || isBusy}
          onClick={() => run({ ids: [...ids] }, (counts) => setResult(resultWords(counts)))}
        >
          {isBusy ? 'Trying again' : ids.length === 1 ? 'Try it again' : `Try these ${ids.length} again`}
        </button>
        <p className="max-w-[36rem] text-12 text-soft">
          {reason ??
            'After the sender or Spillway is mended. What is understood then takes its place in the figures; the rest stays.'}
        </p>
      </div>
      <ActionProblem problem={problem} />
      <output className={result === null || problem !== null ? 'sr-only' : 'mt-2 block'}>
        {problem === null ? result : null}
      </output>
    </div>
  )
}

function resultWords(counts: {
  readonly understood: number
  readonly notUnderstood: number
  readonly gone: number
}): string {
  const { understood, notUnderstood, gone } = counts
  const rest = gone === 0 ? '' : `, ${gone} no longer there`
  return `${understood} understood now, ${notUnderstood} still not understood${rest}.`
}
