/** An SVG path through points; a null breaks the line, and a value alone between holes becomes a short dash, so that it is seen. */
export function linePaths(points: readonly (readonly [number, number | null])[]): string {
  let path = ''
  points.forEach(([x, y], at) => {
    if (y === null) return
    const hasBefore = (points[at - 1]?.[1] ?? null) !== null
    const hasAfter = (points[at + 1]?.[1] ?? null) !== null
    const spot = `${x.toFixed(1)} ${y.toFixed(1)}`
    if (hasBefore) path += `L${spot}`
    else path += hasAfter ? `M${spot}` : `M${(x - 1).toFixed(1)} ${y.toFixed(1)}h2`
  })
  return path
}
