import type { LoggedCall } from '#world/request-log.ts'
import type { World } from '#world/world.ts'

/** What Spillway shows of a redrive, as far as the log can be compared with it. */
export interface ShownRedrive {
  readonly state: string
  readonly counts: { readonly moved: number; readonly possibleDuplicates: number }
  /** Messages that a person may want to look after, at most 50. */
  readonly notes: readonly { readonly messageId: string; readonly isPossibleDuplicate: boolean }[]
}

/**
 * Compares a redrive with the sandbox's own log of calls. Names what is not true: a message deleted that had not been sent, one that is
 * nowhere and was never processed, or one that was sent twice without being shown as a possible duplicate.
 */
export function redriveFaults(
  world: World,
  redrive: ShownRedrive,
  road: { readonly source: string; readonly destination: string; readonly bodies: readonly string[] },
): string[] {
  const calls = world.log.list({ service: 'sqs' })
  const ours = readOurs(
    calls.filter(({ caller }) => caller.startsWith('spillway')),
    road,
  )
  const processed = readProcessed(
    calls.filter(({ caller }) => caller === 'sync'),
    road.destination,
  )
  const waiting = new Set([road.source, road.destination].flatMap((name) => bodiesIn(world, name)))
  const lost = road.bodies.filter((body) => !processed.has(body) && !waiting.has(body))
  const unsent = ours.deletedUnsent.map((body) => `${body} was deleted before it was sent`)
  const shown = new Set(redrive.notes.flatMap((note) => (note.isPossibleDuplicate ? [note.messageId] : [])))
  const unseen = [...ours.sends].filter(
    ([body, count]) => count > 1 && ![...(ours.idsOf.get(body) ?? [])].some((id) => shown.has(id)),
  )
  const wrongCount = shown.size !== redrive.counts.possibleDuplicates
  return [
    ...unsent,
    ...lost.map((body) => `${body} is in no queue and was never processed`),
    ...unseen.map(([body, count]) => `${body} was sent ${count} times and is not shown as a possible duplicate`),
    ...(wrongCount
      ? [`${redrive.counts.possibleDuplicates} possible duplicates are counted and ${shown.size} are named`]
      : []),
  ]
}

function bodiesIn(world: World, queue: string): string[] {
  return world.sqs.store.findQueue(queue) === undefined ? [] : world.sqs.store.peekAll(queue).map(({ body }) => body)
}

interface Ours {
  /** How often SQS took each body from Spillway. */
  readonly sends: ReadonlyMap<string, number>
  /** Ids under which Spillway received each body. */
  readonly idsOf: ReadonlyMap<string, ReadonlySet<string>>
  readonly deletedUnsent: readonly string[]
}

/** The log is in the order in which SQS decided; a batch may fail in part. */
function readOurs(
  calls: readonly LoggedCall[],
  { source, destination }: { readonly source: string; readonly destination: string },
): Ours {
  const bodyOf = new Map<string, string>()
  const sends = new Map<string, number>()
  const idsOf = new Map<string, Set<string>>()
  const deletedUnsent: string[] = []
  for (const call of calls) {
    const { operation } = call
    if (operation === 'ReceiveMessage' && isAbout(call, source))
      for (const { ReceiptHandle, Body, MessageId } of listAt(call.response, 'Messages')) {
        bodyOf.set(ReceiptHandle, Body)
        idsOf.set(Body, (idsOf.get(Body) ?? new Set()).add(MessageId))
      }
    if (operation === 'SendMessageBatch' && isAbout(call, destination))
      for (const { MessageBody } of takenEntries(call)) sends.set(MessageBody, (sends.get(MessageBody) ?? 0) + 1)
    if (operation === 'DeleteMessageBatch' && isAbout(call, source))
      for (const { ReceiptHandle } of takenEntries(call)) {
        const body = bodyOf.get(ReceiptHandle) ?? `a message with the receipt ${ReceiptHandle}`
        if (!sends.has(body)) deletedUnsent.push(body)
      }
  }
  return { sends, idsOf, deletedUnsent }
}

function readProcessed(calls: readonly LoggedCall[], queue: string): Set<string> {
  const bodyOf = new Map<string, string>()
  const processed = new Set<string>()
  for (const call of calls.filter((each) => isAbout(each, queue))) {
    if (call.operation === 'ReceiveMessage')
      for (const { ReceiptHandle, Body } of listAt(call.response, 'Messages')) bodyOf.set(ReceiptHandle, Body)
    if (call.operation === 'DeleteMessage' && call.status === 200)
      processed.add(bodyOf.get(textAt(call.request, 'ReceiptHandle')) ?? '')
  }
  return processed
}

/** The entries of a batch that SQS carried out. Where the answer was cut off it had carried out the whole batch. */
function takenEntries({ request, response, status }: LoggedCall): Fields[] {
  const entries = listAt(request, 'Entries')
  if (status === 0) return entries
  const taken = new Set(listAt(response, 'Successful').map(({ Id }) => Id))
  return entries.filter(({ Id }) => taken.has(Id))
}

type Fields = Readonly<Record<'Id' | 'Body' | 'MessageBody' | 'MessageId' | 'ReceiptHandle', string>>

/** The log keeps calls as they were on the wire; these are their fields by the SQS API reference. */
function listAt(value: unknown, name: string): Fields[] {
  if (value === null || typeof value !== 'object') return []
  const list: unknown = Reflect.get(value, name)
  return Array.isArray(list) ? (list as Fields[]) : []
}

function textAt(value: unknown, name: string): string {
  if (value === null || typeof value !== 'object') return ''
  const text: unknown = Reflect.get(value, name)
  return typeof text === 'string' ? text : ''
}

function isAbout({ request }: LoggedCall, queue: string): boolean {
  return textAt(request, 'QueueUrl').endsWith(`/${queue}`)
}
