'use client'
import Link from 'next/link'
import { PageFrame } from '#components/shell/page-frame.tsx'
import { Part } from '#components/ui/part.tsx'
import { routes } from '#lib/domain/routes.ts'
import type { BacktestPage } from '#lib/views/backtest/contract.ts'
import { Comparison } from './comparison.tsx'
import { FiringTable } from './firing-table.tsx'
import { TryForm } from './try-form.tsx'

/** A rule on the past: as it is set, and as it might be. It is computed when it is opened and does not follow. */
export function BacktestView({ data }: { readonly data: BacktestPage }) {
  return (
    <PageFrame base={data} loss={null} place="Try a rule" above={<WayBack />}>
      <div className="space-y-3">
        <TryForm data={data} />
        <p className="max-w-[56rem] text-soft">{data.words}</p>
      </div>
      {data.told === 0 ? null : <Outcome data={data} />}
    </PageFrame>
  )
}

/** What it would have done; of a time of which nothing is stored there is nothing to show. */
function Outcome({ data }: { readonly data: BacktestPage }) {
  return (
    <>
      <Comparison {...data} />
      {data.tried === null || data.yaml === null ? null : (
        <>
          <Keep yaml={data.yaml} />
          <FiringTable title={`With ${data.tried.value}`} run={data.tried} />
        </>
      )}
      <FiringTable title={`As it is: ${data.present.value}`} run={data.present} />
    </>
  )
}

function WayBack() {
  return (
    <p className="mb-3 text-12">
      <Link href={routes.settings()} prefetch={false}>
        Settings
      </Link>
    </p>
  )
}

function Keep({ yaml }: { readonly yaml: string }) {
  return (
    <Part title="To keep it">
      <p className="mb-2 max-w-[56rem] text-soft">
        Nothing is changed yet. Put these lines into spillway.yaml and start Spillway again:
      </p>
      <pre className="border-y border-rule py-2 font-mono text-12 leading-5 whitespace-pre-wrap">{yaml}</pre>
    </Part>
  )
}
