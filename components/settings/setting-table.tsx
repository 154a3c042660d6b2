import type { ReactNode } from 'react'
import { Part } from '#components/ui/part.tsx'
import type { SettingRow } from '#lib/views/settings/contract.ts'

interface SettingTableProps {
  readonly title: string
  readonly aside: ReactNode
  readonly rows: readonly SettingRow[]
}

/** Effective values with their origin; what somebody set stands out from what is default. */
export function SettingTable({ title, aside, rows }: SettingTableProps) {
  return (
    <Part title={title} aside={aside}>
      <dl className="border-t border-strong">
        {rows.map((row) => (
          <div
            key={row.key}
            className="grid gap-x-6 gap-y-0.5 border-b border-rule py-1.5 md:grid-cols-[18rem_minmax(0,3fr)_8rem_minmax(0,4fr)]"
          >
            <dt className="font-mono text-12 leading-5 [overflow-wrap:anywhere]">{row.key}</dt>
            <dd className={`[overflow-wrap:anywhere] ${isGiven(row) ? 'font-medium' : 'text-soft'}`}>{row.value}</dd>
            <dd className="text-12 leading-5 text-soft">{row.origin}</dd>
            <dd className="text-12 leading-5 text-soft">{row.about}</dd>
          </div>
        ))}
      </dl>
    </Part>
  )
}

function isGiven(row: SettingRow): boolean {
  return row.origin === 'spillway.yaml' || row.origin === 'environment'
}
