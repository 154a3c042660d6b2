import { meanOf } from './recent-window.ts'

/**
 * Which shapes a series has had, so that a new one is noticed though each of its values is ordinary (a day without its peak). A shape is
 * the last 96 points as 12 means; the newness of a shape is its distance from the nearest known one. Pure; the state is plain JSON.
 */

const PARTS = 12
const PART = 8
const SHAPE = PARTS * PART
/** A shape is kept every so many points; of old ones the newest `KEPT` stay. */
const EVERY = 12
const KEPT = 64
/** The latest shapes share points with the present one and say nothing. */
const OVERLAPPING = SHAPE / EVERY
const LEAST = 20

export interface ShapeBank {
  /** `PARTS` numbers a shape, newest part first; oldest shape first. */
  readonly shapes: readonly number[]
  readonly sinceKept: number
}

export const EMPTY_BANK: ShapeBank = { shapes: [], sinceKept: 0 }

function newestShape(recent: readonly number[]): readonly number[] {
  const shape: number[] = []
  for (let end = recent.length; end > recent.length - SHAPE; end -= PART) shape.push(meanOf(recent, end - PART, end))
  return shape
}

/** How far the newest shape lies from all that are known, in the values' own unit; zero while few are known. */
export function shapeNovelty({ shapes }: ShapeBank, recent: readonly number[]): number {
  const known = shapes.length / PARTS
  if (recent.length < SHAPE || known <= LEAST) return 0
  const shape = newestShape(recent)
  let nearest = Infinity
  for (let start = 0; start < (known - OVERLAPPING) * PARTS; start += PARTS) {
    let distance = 0
    for (let part = 0; part < PARTS && distance < nearest; part += 1)
      distance += ((shape[part] ?? 0) - (shapes[start + part] ?? 0)) ** 2
    nearest = Math.min(nearest, distance)
  }
  return Math.sqrt(nearest / PARTS)
}

/** Keeps the newest shape when it is time to. */
export function addShape(bank: ShapeBank, recent: readonly number[]): ShapeBank {
  if (recent.length < SHAPE) return bank
  if (bank.sinceKept + 1 < EVERY) return { shapes: bank.shapes, sinceKept: bank.sinceKept + 1 }
  const shapes = bank.shapes.slice(bank.shapes.length >= KEPT * PARTS ? PARTS : 0)
  for (const part of newestShape(recent)) shapes.push(Number(part.toPrecision(6)))
  return { shapes, sinceKept: 0 }
}
