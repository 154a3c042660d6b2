'use client'
import { lazy, Suspense } from 'react'

const NOTHING_KNOWN = 'Spillway could not make this page; nothing here is known to be good.'

// Every route carries its error page, so what that needs is loaded only when there is an error; without it the sentence stays.
const Failure = lazy(() =>
  import('./failure.tsx').then(
    (loaded) => ({ default: loaded.Failure }),
    () => ({ default: PlainFailure }),
  ),
)

interface FailureGateProps {
  readonly reset: () => void
}

/** The error page of every route. */
export function FailureGate({ reset }: FailureGateProps) {
  return (
    <Suspense fallback={<PlainFailure />}>
      <Failure reset={reset} />
    </Suspense>
  )
}

function PlainFailure() {
  return (
    <div className="frame py-10">
      <title>▨ not known · Spillway</title>
      <h1 className="text-28 font-medium sm:text-40">{NOTHING_KNOWN}</h1>
    </div>
  )
}
