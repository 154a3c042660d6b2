import { linePaths } from './line-paths.ts'

interface SparklineProps {
  /** At most 60 values, oldest first; null = hole. */
  readonly values: readonly (number | null)[]
  /** What it shows, for readers of text. */
  readonly label: string
}

/** x, and y unless it is a hole. */
type Point = readonly [number, number | null]

const WIDTH = 96
const HEIGHT = 20

/** The last hour in a table cell, from zero; what is not known is hatched and not bridged. */
export function Sparkline({ values, label }: SparklineProps) {
  const known = values.filter((value) => value !== null)
  if (known.length === 0)
    return (
      <span className="hatch inline-block h-4 w-24 text-faint">
        <span className="sr-only">{label}: not known</span>
      </span>
    )
  const top = Math.max(1, ...known)
  const x = (at: number): number => (values.length < 2 ? WIDTH : (at / (values.length - 1)) * WIDTH)
  const y = (value: number): number => HEIGHT - 1.5 - (value / top) * (HEIGHT - 3)
  const points = values.map((value, at) => [x(at), value === null ? null : y(value)] as const).filter(isBend)
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${label}: now ${known.at(-1) ?? 0}, at most ${Math.max(...known)}`}
      className="block overflow-visible"
    >
      {holesOf(values).map(([from, to]) => (
        <path
          key={from}
          d={`M${x(from).toFixed(1)} ${HEIGHT / 2}H${x(to).toFixed(1)}`}
          stroke="var(--rule)"
          strokeWidth={HEIGHT - 4}
          strokeDasharray="1 3"
        />
      ))}
      <path d={linePaths(points)} fill="none" stroke="var(--ink)" strokeWidth="1.5" strokeLinejoin="round" />
    </svg>
  )
}

/** First and last index of every run of holes, reaching to the values beside it. */
function holesOf(values: readonly (number | null)[]): [number, number][] {
  const holes: [number, number][] = []
  values.forEach((value, at) => {
    if (value !== null) return
    const last = holes.at(-1)
    if (last !== undefined && last[1] >= at) last[1] = Math.min(values.length - 1, at + 1)
    else holes.push([Math.max(0, at - 1), Math.min(values.length - 1, at + 1)])
  })
  return holes
}

/** False within a level stretch, which its ends draw alone: most queues hold the same for an hour. */
function isBend([, y]: Point, at: number, points: readonly Point[]): boolean {
  return y === null || points[at - 1]?.[1] !== y || points[at + 1]?.[1] !== y
}
