import assert from 'node:assert/strict'

import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs'

import { SOURCES } from '#e2e/conformance/check.ts'
import type { Check } from '#e2e/conformance/check.ts'
import type { CheckContext, TestQueue } from '#e2e/conformance/check-context.ts'
import { assertRefused } from '#e2e/conformance/refusal.ts'

const EMPTY = { visible: 0, inFlight: 0, delayed: 0 }

async function listTags(context: CheckContext, queue: TestQueue): Promise<Record<string, string>> {
  return (await context.sqs.send(new ListQueueTagsCommand({ QueueUrl: queue.url }))).Tags ?? {}
}

/** Tags, and emptying a queue. */
export const tagAndPurgeChecks: readonly Check[] = [
  {
    id: 'tags-lifecycle',
    title: 'Tags are added, overwritten and removed, and case matters',
    source: SOURCES.recorded('test_tag_untag_queue, test_tag_queue_overwrites_existing_tag, test_tags_case_sensitive'),
    async run(context) {
      const queue = await context.createQueue()
      const QueueUrl = queue.url
      assert.deepEqual(await listTags(context, queue), {})
      await context.sqs.send(new TagQueueCommand({ QueueUrl, Tags: { team: 'tis', Team: 'other' } }))
      await context.sqs.send(new TagQueueCommand({ QueueUrl, Tags: { team: 'tss' } }))
      assert.deepEqual(await listTags(context, queue), { team: 'tss', Team: 'other' })
      await context.sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['Team', 'absent'] }))
      assert.deepEqual(await listTags(context, queue), { team: 'tss' })
    },
  },
  {
    id: 'tags-at-creation',
    title: 'Tags can be given when the queue is made',
    source: SOURCES.recorded('test_create_queue_with_tags'),
    async run(context) {
      const name = context.newName()
      await context.sqs.send(new CreateQueueCommand({ QueueName: name, tags: { spillway: 'redrive' } }))
      const url = (await context.sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl ?? ''
      context.track(url)
      const { Tags } = await context.sqs.send(new ListQueueTagsCommand({ QueueUrl: url }))
      assert.deepEqual(Tags, { spillway: 'redrive' })
    },
  },
  {
    id: 'purge-everything',
    title: 'A purge takes visible, in-flight and delayed messages',
    source: SOURCES.recorded('test_purge_queue_deletes_inflight_messages, test_purge_queue_deletes_delayed_messages'),
    async run(context) {
      const queue = await context.createQueue()
      await context.send(queue, 'in flight')
      await context.receiveOne(queue)
      await context.send(queue, 'visible')
      await context.send(queue, 'delayed', { DelaySeconds: 900 })
      await context.sqs.send(new PurgeQueueCommand({ QueueUrl: queue.url }))
      await context.assertCounts(queue, EMPTY)
      await context.assertNothing(queue, 100)
    },
  },
  {
    id: 'purge-twice',
    title: 'A second purge within 60 seconds is refused with 403',
    source: SOURCES.recorded('test_successive_purge_calls_fail'),
    async run(context) {
      const queue = await context.createQueue()
      await context.sqs.send(new PurgeQueueCommand({ QueueUrl: queue.url }))
      const again = context.sqs.send(new PurgeQueueCommand({ QueueUrl: queue.url }))
      const message = /Only one PurgeQueue operation on .+ is allowed every 60 seconds/
      await assertRefused(again, { code: 'PurgeQueueInProgress', status: 403, message })
    },
  },
  {
    id: 'purge-forgets-deduplication',
    title: 'A purge of a FIFO queue forgets its deduplication ids',
    source: SOURCES.recorded('test_purge_queue_clears_fifo_deduplication_cache'),
    needs: ['fifo'],
    async run(context) {
      const queue = await context.createFifoQueue()
      const ids = { MessageGroupId: 'group', MessageDeduplicationId: 'same' }
      await context.send(queue, 'before', ids)
      await context.sqs.send(new PurgeQueueCommand({ QueueUrl: queue.url }))
      await context.assertCounts(queue, EMPTY)
      await context.send(queue, 'after', ids)
      assert.equal((await context.receiveOne(queue)).Body, 'after')
    },
  },
]
