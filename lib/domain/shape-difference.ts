import { isClassName, type MessageShape, type ShapeCount } from './message-shape.ts'

/** One thing that some messages have: an attribute with its type, or a path of the body with its type. */
export interface ShapeTrait {
  readonly kind: 'attribute' | 'body' | 'value'
  /** `JavaType`, or `record.data.email`; empty for a body that is no JSON. */
  readonly name: string
  /** `String`, `string`, `not JSON`; of a value the value itself, `LOAD`, or its form, `<date>`. */
  readonly type: string
}

/** A trait that stuck messages and healthy ones do not share alike. Counts in messages. */
export interface ShapeDifference extends ShapeTrait {
  readonly stuck: number
  readonly stuckOf: number
  readonly healthy: number
  readonly healthyOf: number
}

/** From this difference of shares on a trait is worth telling. */
const TOLD_SHARE = 0.5
const SEPARATOR = '\u{0}'

/** How stuck messages differ from healthy ones, the clearest difference first; empty when they do not, or when one side has no message. */
export function compareShapes(stuck: readonly ShapeCount[], healthy: readonly ShapeCount[]): ShapeDifference[] {
  if (countOf(stuck) === 0 || countOf(healthy) === 0) return []
  const differences = [
    ...differencesOf(stuck, healthy, plainKeys),
    // Shapes that were kept before values were read say nothing about them.
    ...differencesOf(stuck.filter(hasValues), healthy.filter(hasValues), valueKeys),
  ]
  return differences
    .filter((each) => gapOf(each) >= TOLD_SHARE)
    .toSorted((a, b) => gapOf(b) - gapOf(a) || rank(a) - rank(b))
}

function differencesOf(
  stuck: readonly ShapeCount[],
  healthy: readonly ShapeCount[],
  keysOf: (shape: MessageShape) => ReadonlySet<string>,
): ShapeDifference[] {
  const [stuckOf, healthyOf] = [countOf(stuck), countOf(healthy)]
  if (stuckOf === 0 || healthyOf === 0) return []
  const [inStuck, inHealthy] = [traitCounts(stuck, keysOf), traitCounts(healthy, keysOf)]
  return [...new Set([...inStuck.keys(), ...inHealthy.keys()])].map((key) => ({
    ...traitOf(key),
    stuck: inStuck.get(key) ?? 0,
    stuckOf,
    healthy: inHealthy.get(key) ?? 0,
    healthyOf,
  }))
}

function hasValues({ shape }: ShapeCount): boolean {
  return shape.values !== undefined
}

/** Class names that every message carries in the same attribute: what a reader may try to load. */
export function namedClasses(
  shapes: readonly ShapeCount[],
): { readonly attribute: string; readonly className: string }[] {
  const [first, ...others] = shapes
  if (first === undefined) return []
  return first.shape.attributes.flatMap(({ name, value }) => {
    if (value === null || !isClassName(value)) return []
    return others.every(({ shape }) => hasClass(shape, name)) ? [{ attribute: name, className: value }] : []
  })
}

/** Adds up shapes of several looks. */
export function mergeShapes(looks: readonly (readonly ShapeCount[])[]): ShapeCount[] {
  return looks.flat()
}

export function countOf(shapes: readonly ShapeCount[]): number {
  return shapes.reduce((sum, { count }) => sum + count, 0)
}

function hasClass({ attributes }: MessageShape, attribute: string): boolean {
  return attributes.some(({ name, value }) => name === attribute && value !== null && isClassName(value))
}

function traitCounts(
  shapes: readonly ShapeCount[],
  keysOf: (shape: MessageShape) => ReadonlySet<string>,
): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { shape, count } of shapes)
    for (const key of keysOf(shape)) counts.set(key, (counts.get(key) ?? 0) + count)
  return counts
}

function valueKeys({ values = [] }: MessageShape): Set<string> {
  return new Set(values.map(({ path, value }) => ['value', path, value].join(SEPARATOR)))
}

function plainKeys({ attributes, bodyKeys }: MessageShape): Set<string> {
  const keys = attributes.map(({ name, type }) => ['attribute', name, type].join(SEPARATOR))
  if (bodyKeys === null) return new Set([...keys, ['body', '', 'not JSON'].join(SEPARATOR)])
  return new Set([
    ...keys,
    ...bodyKeys.map((path) => {
      const colon = path.lastIndexOf(':')
      return ['body', colon < 0 ? path : path.slice(0, colon), colon < 0 ? '' : path.slice(colon + 1)].join(SEPARATOR)
    }),
  ])
}

function traitOf(key: string): ShapeTrait {
  const [kind, name = '', type = ''] = key.split(SEPARATOR)
  return { kind: kind === 'body' || kind === 'value' ? kind : 'attribute', name, type }
}

function gapOf({ stuck, stuckOf, healthy, healthyOf }: ShapeDifference): number {
  return Math.abs(stuck / stuckOf - healthy / healthyOf)
}

const RANKS: Readonly<Record<ShapeTrait['kind'], number>> = { attribute: 0, body: 2, value: 4 }

/** Attributes first, and what stuck messages have before what they lack. */
function rank({ kind, stuck, stuckOf, healthy, healthyOf }: ShapeDifference): number {
  return RANKS[kind] + (stuck / stuckOf > healthy / healthyOf ? 0 : 1)
}
