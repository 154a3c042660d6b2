import { Fragment } from 'react'
import { Figure } from '#components/ui/figure.tsx'
import { formatCount } from '#components/ui/format-count.ts'
import { Part } from '#components/ui/part.tsx'
import type { SettingsPage } from '#lib/views/settings/contract.ts'

/** What Spillway itself asked of others, and what that costs. */
export function CallTable({ calls, beats }: Pick<SettingsPage, 'calls' | 'beats'>) {
  const priced = calls.filter((call) => call.monthUsd !== null)
  const sumUsd = priced.reduce((sum, call) => sum + (call.monthUsd ?? 0), 0)
  return (
    <Part
      title="Calls of the last 24 hours"
      aside={priced.length === 0 ? undefined : `about ${dollars(sumUsd)} a month at this rate`}
    >
      {calls.length === 0 ? (
        <p className="border-y border-t-strong border-b-rule py-2.5 text-soft">Spillway has called nobody yet.</p>
      ) : (
        <table className="table max-w-[48rem]">
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Operation</th>
              <th scope="col" className="number">
                Calls
              </th>
              <th scope="col" className="number">
                A month
              </th>
            </tr>
          </thead>
          <tbody>
            {calls.map((call) => (
              <tr key={`${call.service} ${call.operation}`}>
                <td>{call.service}</td>
                <td className="font-mono text-12">
                  <Operation name={call.operation} />
                </td>
                <td className="number">{formatCount(call.last24h)}</td>
                <td className="number">
                  {call.monthUsd === null ? (
                    <Figure value={null} whyNull="No price is known for this call" />
                  ) : (
                    dollars(call.monthUsd)
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {beats === '' ? null : (
        <p className="mt-2 max-w-[48rem] text-12 text-soft">
          {beats} A month is 30 days like these, at list prices of us-east-1: the first million requests to a service
          are free, figures that CloudWatch is asked for are not.
        </p>
      )}
    </Part>
  )
}

/** An operation that may break between its words: `ChangeMessageVisibilityBatch` is wider than a phone's column. */
function Operation({ name }: { readonly name: string }) {
  const words = name.split(/(?<=[a-z.])(?=[A-Z])/)
  return words.map((word, index) => (
    <Fragment key={words.slice(0, index).join('')}>
      {index === 0 ? null : <wbr />}
      {word}
    </Fragment>
  ))
}

function dollars(usd: number): string {
  return usd > 0 && usd < 0.01 ? 'under $0.01' : `$${usd.toFixed(2)}`
}
