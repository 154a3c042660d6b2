import { ListQueuesCommand } from '@aws-sdk/client-sqs'
import { getSqsClient } from '#lib/aws/clients.ts'
import { awsReach, placeOfUrl, placeWords, type AwsPlace } from '#lib/aws/places.ts'
import { dlqNameOf, ownNameOf, ownNameOfUrl, placeOf } from '#lib/domain/queue.ts'
import { askAws } from './ask-aws.ts'
import { SourceError, type PollContext } from './define-source.ts'

const QUEUES_A_PAGE = 1_000

/**
 * URLs of all queues of a place whose names begin with a prefix of the settings, and of the flow's queues and their dead-letter queues
 * whatever their names. A queue that another place of the settings tells too is told there.
 */
export async function listQueueUrls(context: PollContext, place: AwsPlace): Promise<readonly string[]> {
  const { queuePrefixes } = context.settings.sources.sqs
  const urls = new Set<string>()
  for (const prefix of queuePrefixes.length === 0 ? [undefined] : queuePrefixes)
    for (const url of await listAll(context, place, prefix)) urls.add(url)
  for (const name of outsidePrefixes(context, place)) {
    // Asked for by name: other queues begin with it too.
    for (const url of await listAll(context, place, name)) if (ownNameOfUrl(url) === name) urls.add(url)
  }
  return ownUrls(context, place, [...urls]).toSorted()
}

/** Queues of the flow in this place that no prefix takes in, and the dead-letter queues of those. */
function outsidePrefixes({ settings, queues }: PollContext, place: AwsPlace): readonly string[] {
  const { queuePrefixes } = settings.sources.sqs
  if (queuePrefixes.length === 0) return []
  const stages = settings.flow.map(({ queue }) => queue)
  const dlqs = queues.filter(({ name }) => stages.includes(name)).flatMap((queue) => dlqNameOf(queue) ?? [])
  const names = [...stages, ...dlqs].filter((name) => placeOf(name) === place.name).map((name) => ownNameOf(name))
  return [...new Set(names)].filter((name) => !queuePrefixes.some((prefix) => name.startsWith(prefix)))
}

/** A URL by which the place could not be found again is refused: a later call could meet another queue of that name. */
function ownUrls({ env, settings }: PollContext, place: AwsPlace, urls: readonly string[]): readonly string[] {
  const reach = awsReach(env, settings)
  return urls.filter((url) => {
    const found = placeOfUrl(reach, url)
    if (found.name === null && place.name !== null)
      throw new SourceError(
        'invalid-answer',
        `SQS ListQueues for ${placeWords(place)} gave ${url}, which does not name that region and account: its queues could be taken for those of AWS_REGION.`,
      )
    return found.name === place.name
  })
}

async function listAll(context: PollContext, place: AwsPlace, prefix: string | undefined): Promise<readonly string[]> {
  const urls: string[] = []
  let next: string | undefined
  do {
    const page = await listPage(context, place, { prefix, next })
    urls.push(...(page.QueueUrls ?? []))
    next = page.NextToken
  } while (next !== undefined)
  return urls
}

function listPage(
  context: PollContext,
  place: AwsPlace,
  { prefix, next }: { readonly prefix: string | undefined; readonly next: string | undefined },
) {
  const client = getSqsClient(place)
  const command = new ListQueuesCommand({
    // Without MaxResults SQS leaves out whatever is past the first thousand, and says nothing.
    MaxResults: QUEUES_A_PAGE,
    ...(prefix === undefined ? {} : { QueueNamePrefix: prefix }),
    ...(next === undefined ? {} : { NextToken: next }),
  })
  const call = {
    service: 'SQS',
    operation: 'ListQueues',
    permission: 'sqs:ListQueues',
    ...(place.name === null ? {} : { subject: placeWords(place) }),
  } as const
  return askAws(call, context, () => client.send(command))
}
