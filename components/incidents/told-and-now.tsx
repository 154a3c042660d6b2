'use client'
import { useReader } from '#components/shell/reader.tsx'
import { Figure } from '#components/ui/figure.tsx'
import { Part } from '#components/ui/part.tsx'
import { Time } from '#components/ui/time.tsx'
import type { IncidentPage } from '#lib/views/incident/contract.ts'
import { toldGroups } from './told-rows.ts'

interface ToldAndNowProps {
  readonly data: IncidentPage
}

const NOT_TOLD = 'Was not told then'

/** The frozen figures of the message in Slack, word for word, beside those of now. */
export function ToldAndNow({ data }: ToldAndNowProps) {
  const { timeZone } = useReader()
  const { figuresThen: then, figuresNow: now } = data
  const isTold = data.story.some(({ kind }) => kind === 'told')
  return (
    <Part
      title={isTold ? 'As told in Slack, and now' : 'As noted first, and now'}
      aside={
        <>
          messages since <Time atMs={data.sinceMs} />
        </>
      }
    >
      {then === null ? null : (
        <blockquote className="border-t border-strong py-2.5 text-16" cite={data.name}>
          {then.headline}
          {data.toldTimeZone === timeZone ? null : (
            <span className="block text-12 text-soft">its times are those of {data.toldTimeZone}</span>
          )}
        </blockquote>
      )}
      <table className="table">
        <thead>
          <tr>
            <th scope="col">
              <span className="sr-only">Figure</span>
            </th>
            <th scope="col" className="number">
              {then === null ? 'Not told yet' : isTold ? 'Told at ' : 'Noted at '}
              {then === null ? null : <Time atMs={then.atMs} />}
            </th>
            <th scope="col" className="number">
              Now, <Time atMs={now.atMs} />
            </th>
          </tr>
        </thead>
        {toldGroups(then, now).map((group) => (
          <tbody key={group.title}>
            <tr>
              <th scope="rowgroup" colSpan={3} className="table-group">
                {group.title}
              </th>
            </tr>
            {group.rows.map((row) => (
              <tr key={row.label}>
                <td className="ps-4">{row.label}</td>
                <td className="number">
                  <Figure value={row.told} whyNull={NOT_TOLD} />
                </td>
                <td className={`number ${row.hasChanged ? 'font-semibold' : 'text-soft'}`}>
                  <Figure value={row.now} />
                </td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </Part>
  )
}
