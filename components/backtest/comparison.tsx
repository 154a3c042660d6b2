import { Figure } from '#components/ui/figure.tsx'
import { formatDuration } from '#components/ui/format-duration.ts'
import { Part } from '#components/ui/part.tsx'
import { Time } from '#components/ui/time.tsx'
import type { BacktestPage, BacktestRun } from '#lib/views/backtest/contract.ts'

type ComparisonProps = Pick<BacktestPage, 'present' | 'tried' | 'recorded' | 'told' | 'fromMs' | 'toMs' | 'isCut'>

interface Line {
  readonly label: string
  readonly of: (run: BacktestRun) => number | string | null
}

function linesOf(recorded: number): readonly Line[] {
  return [
    { label: 'Would have been said', of: ({ firings }) => firings.length },
    { label: `Recorded incidents found, of ${recorded}`, of: ({ found }) => found },
    { label: 'Recorded incidents missed', of: ({ missed }) => missed.length },
    { label: 'Needless: said, and no incident is recorded', of: ({ needless }) => needless },
    {
      label: 'From its beginning until it is said, on average',
      of: ({ meanDelayMs }) => (meanDelayMs === null ? null : formatDuration(meanDelayMs)),
    },
  ]
}

/** The rule as it is set beside the rule as it is tried. */
export function Comparison({ present, tried, recorded, told, fromMs, toMs, isCut }: ComparisonProps) {
  const runs = tried === null ? [present] : [present, tried]
  return (
    <Part
      title="What it would have done"
      aside={
        <>
          <Figure value={told} /> readings from <Time atMs={fromMs} /> to <Time atMs={toMs} />
          {isCut ? '; more is stored than can be told at once, so choose a shorter time' : ''}
        </>
      }
    >
      <table className="table">
        <thead>
          <tr>
            <th scope="col">In this time</th>
            <th scope="col" className="number w-1/4">
              As it is: {present.value}
            </th>
            {tried === null ? null : (
              <th scope="col" className="number w-1/4">
                Tried: {tried.value}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {linesOf(recorded).map((line) => (
            <tr key={line.label}>
              <td className="whitespace-normal">{line.label}</td>
              {runs.map((run) => (
                <td key={run.value} className="number">
                  <Cell value={line.of(run)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  )
}

function Cell({ value }: { readonly value: number | string | null }) {
  return typeof value === 'string' ? value : <Figure value={value} whyNull="It would never have been said" />
}
