'use client'
import { FailureGate } from '#components/shell/failure-gate.tsx'

interface ErrorPageProps {
  readonly reset: () => void
}

/** The error page of what stands outside the team's pages, which bring their own `main`. */
export default function ErrorPage({ reset }: ErrorPageProps) {
  return (
    <main>
      <FailureGate reset={reset} />
    </main>
  )
}
