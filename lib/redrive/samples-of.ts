import 'server-only'
import { maskMessage } from '#lib/domain/message-shape.ts'
import type { RedriveTransform } from '#lib/domain/redrive-transform.ts'
import type { RedriveSample } from '#lib/store/redrive-row.ts'
import { applyTransform, isChanged, TransformProblem } from './apply-transform.ts'
import { groupOf } from './group-of.ts'
import { attributesOf, type HeldMessage } from './held-message.ts'

const SHOWN_SAMPLES = 3

/** Real messages before and after, those that are changed most visibly first, each shape once. */
export function samplesOf(messages: readonly HeldMessage[], transform: RedriveTransform): RedriveSample[] {
  const seen = new Set<string>()
  const samples: RedriveSample[] = []
  const byChange = messages.toSorted((a, b) => Number(isChanged(b, transform)) - Number(isChanged(a, transform)))
  for (const message of byChange) {
    const shape = groupOf(message)
    if (seen.has(shape)) continue
    seen.add(shape)
    samples.push(sampleOf(message, transform))
    if (samples.length === SHOWN_SAMPLES) break
  }
  return samples
}

function sampleOf(message: HeldMessage, transform: RedriveTransform): RedriveSample {
  const before = maskMessage(attributesOf(message), message.body)
  try {
    const after = applyTransform(message, transform)
    return { before, after: maskMessage(attributesOf(after), after.body), problem: null }
  } catch (error) {
    if (!(error instanceof TransformProblem)) throw error
    return { before, after: null, problem: error.message }
  }
}
