import { formatCount } from '#components/ui/format-count.ts'
import type { IncidentCause } from '#lib/views/incident/contract.ts'

interface DifferenceTableProps {
  readonly differences: IncidentCause['cause']['differences']
}

/** What stuck messages have and healthy ones have not, or the other way round, each with both counts. */
export function DifferenceTable({ differences }: DifferenceTableProps) {
  return (
    <table className="table mt-3">
      <thead>
        <tr>
          <th scope="col">Differs</th>
          <th scope="col" className="number">
            Stuck
          </th>
          <th scope="col" className="number">
            Healthy
          </th>
        </tr>
      </thead>
      <tbody>
        {differences.map(({ kind, name, type, stuck, stuckOf, healthy, healthyOf }) => (
          <tr key={`${kind} ${name} ${type}`}>
            <td>
              <span className="font-mono text-12 font-semibold [overflow-wrap:anywhere]">{name}</span>{' '}
              <span className="text-soft">
                {kind === 'attribute' ? 'attribute' : 'in the body'}
                {type === '' ? '' : `${kind === 'value' ? ' as ' : ', '}${type}`}
              </span>
            </td>
            <td className="number font-medium">
              {formatCount(stuck)} of {formatCount(stuckOf)}
            </td>
            <td className="number">
              {formatCount(healthy)} of {formatCount(healthyOf)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
