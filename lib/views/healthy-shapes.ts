import 'server-only'
import type { HealthyShapes } from '#lib/domain/cause-words.ts'
import { mergeShapes } from '#lib/domain/shape-difference.ts'
import { findNewestSample, listHealthyLooks, type LookWithShapes } from '#lib/store/looks.ts'
import type { ViewContext } from './read-view.ts'
import { nameQueue } from './redrive-rows.ts'

const HEALTHY_FROM_MS = 30 * 86_400_000
const HEALTHY_LOOKS = 500

type Asked = Pick<ViewContext, 'tx' | 'settings'>

/**
 * Healthy messages of a queue to compare with, by its settings from its tap or from the newest good sample; null with none. Of a tap those
 * sent before the fault: a message is dead only after it was tried several times, so those sent from the first stuck one on passed for
 * healthy at first.
 */
export async function loadHealthyShapes(
  context: Asked,
  queue: string,
  beforeMs: number,
): Promise<HealthyShapes | null> {
  const { label } = nameQueue(queue, context)
  const stage = context.settings.flow.find((each) => each.queue === queue)
  if (stage?.healthyFrom !== 'sample') {
    const looks = await listHealthyLooks(context.tx, {
      queue,
      fromMs: beforeMs - HEALTHY_FROM_MS,
      beforeMs,
      limit: HEALTHY_LOOKS,
    })
    if (looks.length > 0) return shapesOf(looks, `the tap of ${label}`)
  }
  const sample = await findNewestSample(context.tx, queue)
  return sample === null ? null : shapesOf([sample], `the sample that ${sample.by} kept of ${label}`)
}

function shapesOf(looks: readonly LookWithShapes[], origin: string): HealthyShapes {
  return {
    shapes: mergeShapes(looks.map(({ shapes }) => shapes)),
    fromMs: Math.min(...looks.map(({ firstSentMs, atMs }) => firstSentMs ?? atMs)),
    toMs: Math.max(...looks.map(({ lastSentMs, atMs }) => lastSentMs ?? atMs)),
    origin,
  }
}
