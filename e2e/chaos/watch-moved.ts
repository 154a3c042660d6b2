import { until } from '#e2e/processes.ts'
import { deletedHandles, listReceived } from './received-messages.ts'
import type { Struck } from './scenario.ts'
import type { Road } from './strike-redrive.ts'
import type { DeleteWatch } from './watch-deletes.ts'

/** Shorter than the time after which Spillway gives the call up. */
const SHOWN_WITHIN_MS = 4_000

/**
 * Holds each delete of a redrive until Spillway shows as many messages as moved as it has deleted, this call's among them: nothing may be
 * deleted before it is written down that SQS took it. A delete of a process that was killed meanwhile, or of one without its database, is
 * carried out unjudged.
 */
export function watchMoved(
  { world, app }: Pick<Struck, 'world' | 'app'>,
  { source }: Road,
  readMoved: () => Promise<number | undefined>,
): DeleteWatch {
  const tooEarly: string[] = []
  const deleted = new Set<string>()
  let judged = 0
  world.sqs.faults.onBefore('DeleteMessageBatch', async (call) => {
    if (!call.caller.startsWith('spillway') || call.queue !== source) return
    const process = app.process()
    const handles = new Set(deletedHandles(call.request))
    for (const { receiptHandle, body } of listReceived(world)) if (handles.has(receiptHandle)) deleted.add(body)
    const wanted = deleted.size
    const isDead = (): boolean => process === null || app.process() !== process
    let shown: number | undefined
    await until(
      'the messages to be shown as moved before they are deleted',
      async () => {
        if (isDead()) return true
        shown = await readMoved()
        return (shown !== undefined && shown >= wanted) || undefined
      },
      SHOWN_WITHIN_MS,
      20,
    ).catch(() => {})
    if (isDead() || shown === undefined) return
    judged += 1
    if (shown < wanted) tooEarly.push(`${wanted} messages were to be deleted when ${shown} were written down as moved`)
  })
  return { tooEarly, judged: () => judged }
}
