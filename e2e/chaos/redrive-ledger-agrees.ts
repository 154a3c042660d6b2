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
  world: Pick<World, 'sqs' | 'log'>,
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
    ([body, { size }]) => size > 1 && ![...(ours.idsOf.get(body) ?? [])].some((id) => shown.has(id)),
  )
  const wrongCount = shown.size !== redrive.counts.possibleDuplicates
  return [
    ...unsent,
    ...lost.map((body) => `${body} is in no queue and was never processed`),
    ...unseen.map(([body, { size }]) => `${body} was sent ${size} times and is not shown as a possible duplicate`),
    ...(wrongCount
      ? [`${redrive.counts.possibleDuplicates} possible duplicates are counted and ${shown.size} are named`]
      : []),
  ]
}

function bodiesIn(world: Pick<World, 'sqs'>, queue: string): string[] {
  return world.sqs.store.findQueue(queue) === undefined ? [] : world.sqs.store.peekAll(queue).map(({ body }) => body)
}

interface Ours {
  /** The messages that SQS made of each body from Spillway: of one that a FIFO queue knows by its deduplication id it makes no second one. */
  readonly sends: ReadonlyMap<string, ReadonlySet<string>>
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
  const sends = new Map<string, Set<string>>()
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
      for (const { Id, MessageBody, MessageDeduplicationId = `${call.seq} ${Id}` } of takenEntries(call))
        sends.set(MessageBody, (sends.get(MessageBody) ?? new Set()).add(MessageDeduplicationId))
    if (operation === 'DeleteMessageBatch' && isAbout(call, source))
      for (const { ReceiptHandle } of takenEntries(call)) {
        const body = bodyOf.get(ReceiptHandle) ?? `a message with the receipt ${ReceiptHandle}`
        if (!sends.has(body)) deletedUnsent.push(body)
      }
  }
  return { sends, idsOf, deletedUnsent }
}

/** Names each message of a FIFO group that SQS took from Spillway behind one that belongs behind it; bodies say their place by their number. */
export function orderFaults(world: Pick<World, 'log'>, destination: string): string[] {
  const latest = new Map<string, { readonly body: string; readonly place: number }>()
  const known = new Set<string>()
  const faults: string[] = []
  const calls = world.log.list({ service: 'sqs', operation: 'SendMessageBatch' })
  for (const call of calls.filter((each) => each.caller.startsWith('spillway') && isAbout(each, destination)))
    for (const { MessageBody: body, MessageDeduplicationId = '', MessageGroupId = '' } of takenEntries(call)) {
      if (known.has(MessageDeduplicationId)) continue
      known.add(MessageDeduplicationId)
      const [place, before] = [Number(/\d+$/u.exec(body)?.[0]), latest.get(MessageGroupId)]
      if (before !== undefined && before.place >= place) faults.push(`${body} was sent behind ${before.body}`)
      latest.set(MessageGroupId, { body, place })
    }
  return faults
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

/** The entries of a batch that SQS carried out, also where its answer was cut off. */
function takenEntries({ request, response }: LoggedCall): Fields[] {
  const entries = listAt(request, 'Entries')
  const taken = new Set(listAt(response, 'Successful').map(({ Id }) => Id))
  return entries.filter(({ Id }) => taken.has(Id))
}

type Fields = Readonly<Record<'Id' | 'Body' | 'MessageBody' | 'MessageId' | 'ReceiptHandle', string>> & {
  readonly MessageDeduplicationId?: string
  readonly MessageGroupId?: string
}

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
