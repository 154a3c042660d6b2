'use client'
import { useCallback, useState, useTransition } from 'react'
import type { ActionResult } from '#lib/actions/run-action.ts'

/** A server action in the hands of a person. */
export interface ActionHandle<Input, Data> {
  /** True from the click until the answer. */
  readonly isBusy: boolean
  /** Why it was refused or failed, as a sentence; null before, and once it worked. */
  readonly problem: string | null
  readonly run: (input: Input, done?: (data: Data) => void) => void
}

/** Calls an action, one at a time. What it changes comes back by the live events of the page. */
export function useAction<Input, Data>(
  action: (input: Input) => Promise<ActionResult<Data>>,
): ActionHandle<Input, Data> {
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, start] = useTransition()
  const run = useCallback(
    (input: Input, done?: (data: Data) => void): void =>
      start(async () => {
        const result = await action(input).catch(unreachable)
        setProblem(result.ok ? null : result.error.message)
        if (result.ok) done?.(result.data)
      }),
    [action],
  )
  return { isBusy, problem, run }
}

/** The call itself failed: whether the server did it cannot be told from here. */
function unreachable(): ActionResult<never> {
  return {
    ok: false,
    error: {
      code: 'internal',
      message: 'Spillway did not answer. Whether it was done shows on this page once it answers again.',
    },
  }
}
