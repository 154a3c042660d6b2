'use client'
import { useState, useTransition } from 'react'
import { revokeToken } from '#lib/actions/revoke-token.ts'

interface RevokeButtonProps {
  readonly id: string
  readonly name: string
}

/** Ends a token at once; asks first, since whoever holds it is cut off. */
export function RevokeButton({ id, name }: RevokeButtonProps) {
  const [isAsking, setIsAsking] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, start] = useTransition()
  const revoke = (): void =>
    start(async () => {
      const result = await revokeToken({ id })
      setProblem(result.ok ? null : result.error.message)
      setIsAsking(false)
    })
  if (!isAsking)
    return (
      <>
        {problem === null ? null : (
          <span role="alert" className="me-3 text-bad">
            {problem}
          </span>
        )}
        <button
          type="button"
          className="min-h-6 text-link underline underline-offset-3"
          onClick={() => setIsAsking(true)}
        >
          Revoke<span className="sr-only"> {name}</span>
        </button>
      </>
    )
  return (
    <span className="inline-flex items-center gap-3">
      <button
        type="button"
        className="min-h-6 font-medium text-link underline underline-offset-3"
        disabled={isBusy}
        onClick={revoke}
      >
        Revoke {name} now
      </button>
      <button
        type="button"
        className="min-h-6 text-link underline underline-offset-3"
        onClick={() => setIsAsking(false)}
      >
        Keep it
      </button>
    </span>
  )
}
