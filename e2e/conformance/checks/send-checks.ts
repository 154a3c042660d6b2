import assert from 'node:assert/strict'

import type { MessageAttributeValue } from '@aws-sdk/client-sqs'

import { SOURCES } from '#e2e/conformance/check.ts'
import type { Check } from '#e2e/conformance/check.ts'
import { EVERYTHING } from '#e2e/conformance/check-context.ts'
import { md5Hex, md5OfMessageAttributes } from '#e2e/conformance/md5.ts'
import { assertRefused } from '#e2e/conformance/refusal.ts'

const TRACE_HEADER = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1'
const EVERY_TYPE: Record<string, MessageAttributeValue> = {
  JavaType: { DataType: 'String', StringValue: 'uk.nhs.tis.ProfileCreatedEvent' },
  attempt: { DataType: 'Number', StringValue: '42.50' },
  'custom.label': { DataType: 'String.class', StringValue: 'Ünïcode ✓' },
  stamp: { DataType: 'Number.java.lang.Long', StringValue: '1493147359900' },
  raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(0, 1, 127, 128, 255) },
  image: { DataType: 'Binary.png', BinaryValue: Uint8Array.of(137, 80, 78, 71) },
}

function text(value: string): MessageAttributeValue {
  return { DataType: 'String', StringValue: value }
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex')
}

function manyAttributes(count: number): Record<string, MessageAttributeValue> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`name${index}`, text('x')]))
}

/** What a single message may be, and the digests it gets. */
export const sendChecks: readonly Check[] = [
  {
    id: 'send-body-md5',
    title: 'MD5OfMessageBody and MD5OfBody are the MD5 of the body',
    source: SOURCES.api('SendMessage, Response Elements'),
    async run(context) {
      const queue = await context.createQueue()
      const body = 'Zoë said: “ok”\r\n\t{"a":1}'
      const sent = await context.send(queue, body)
      assert.equal(sent.MD5OfMessageBody, md5Hex(body))
      assert.match(sent.MessageId ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      const received = await context.receiveOne(queue)
      assert.deepEqual([received.Body, received.MD5OfBody], [body, md5Hex(body)])
      assert.equal(received.MessageId, sent.MessageId)
    },
  },
  {
    id: 'send-supplementary-characters',
    title: 'Characters above U+FFFF, such as emoji, are allowed in a body',
    source: SOURCES.api('SendMessage, MessageBody'),
    async run(context) {
      const queue = await context.createQueue()
      await context.send(queue, 'thumbs up 👍')
      assert.equal((await context.receiveOne(queue)).Body, 'thumbs up 👍')
    },
  },
  {
    id: 'send-attribute-types',
    title: 'String, Number, Binary and custom attribute types arrive byte for byte',
    source: SOURCES.guide('Amazon SQS message metadata, Message attribute data types'),
    async run(context) {
      const queue = await context.createQueue()
      await context.send(queue, 'x', { MessageAttributes: EVERY_TYPE })
      const { MessageAttributes = {} } = await context.receiveOne(queue, EVERYTHING)
      assert.deepEqual(Object.keys(MessageAttributes).sort(), Object.keys(EVERY_TYPE).sort())
      for (const [name, sent] of Object.entries(EVERY_TYPE)) {
        const got = MessageAttributes[name]
        assert.equal(got?.DataType, sent.DataType, `type of ${name}`)
        assert.equal(got?.StringValue, sent.StringValue, `text of ${name}`)
        assert.equal(hex(got?.BinaryValue), hex(sent.BinaryValue), `bytes of ${name}`)
      }
    },
  },
  {
    id: 'send-attributes-md5',
    title: 'MD5OfMessageAttributes covers names, types and values in the order of the names',
    source: SOURCES.guide('Amazon SQS message metadata, Calculating the MD5 message digest for message attributes'),
    async run(context) {
      const queue = await context.createQueue()
      const sent = await context.send(queue, 'x', { MessageAttributes: EVERY_TYPE })
      assert.equal(sent.MD5OfMessageAttributes, md5OfMessageAttributes(EVERY_TYPE))
      const received = await context.receiveOne(queue, EVERYTHING)
      assert.equal(received.MD5OfMessageAttributes, sent.MD5OfMessageAttributes)
    },
  },
  {
    id: 'send-trace-header',
    title: 'AWSTraceHeader is kept and returned as a system attribute',
    source: SOURCES.recorded('test_aws_trace_header_propagation'),
    async run(context) {
      const queue = await context.createQueue()
      await context.send(queue, 'x', { MessageSystemAttributes: { AWSTraceHeader: text(TRACE_HEADER) } })
      const received = await context.receiveOne(queue, EVERYTHING)
      assert.equal(received.Attributes?.AWSTraceHeader, TRACE_HEADER)
    },
  },
  {
    id: 'send-system-attributes-md5',
    title: 'System attributes have a digest of their own and leave that of the message attributes alone',
    source: SOURCES.recorded('test_system_attributes_have_no_effect_on_attr_md5'),
    async run(context) {
      const queue = await context.createQueue()
      const MessageAttributes = { timestamp: { DataType: 'Number', StringValue: '1493147359900' } }
      const plain = await context.send(queue, 'test', { MessageAttributes })
      const MessageSystemAttributes = { AWSTraceHeader: text(TRACE_HEADER) }
      const traced = await context.send(queue, 'test', { MessageAttributes, MessageSystemAttributes })
      assert.equal(plain.MD5OfMessageSystemAttributes, undefined)
      assert.equal(traced.MD5OfMessageSystemAttributes, '5ae4d5d7636402d80f4eb6d213245a88')
      assert.equal(traced.MD5OfMessageAttributes, plain.MD5OfMessageAttributes)
    },
  },
  {
    id: 'send-empty-body',
    title: 'An empty body is refused',
    source: SOURCES.recorded('test_send_empty_message'),
    async run(context) {
      const queue = await context.createQueue()
      await assertRefused(context.send(queue, ''), { code: 'MissingParameter', message: /MessageBody/ })
    },
  },
  {
    id: 'send-forbidden-characters',
    title: 'A body with characters outside the allowed set is refused',
    source: SOURCES.recorded('test_send_message_with_invalid_payload_characters'),
    async run(context) {
      const queue = await context.createQueue()
      for (const body of ['nul \u0000', 'backspace \u0008', 'not a character \uFFFF']) {
        await assertRefused(context.send(queue, body), { code: 'InvalidMessageContents' })
      }
      await context.assertCounts(queue, { visible: 0, inFlight: 0, delayed: 0 })
    },
  },
  {
    id: 'send-ten-attributes',
    title: 'Ten message attributes are accepted and eleven refused',
    source: SOURCES.guide('Amazon SQS message quotas, Message attributes'),
    async run(context) {
      const queue = await context.createQueue()
      await context.send(queue, 'ten', { MessageAttributes: manyAttributes(10) })
      const eleven = context.send(queue, 'eleven', { MessageAttributes: manyAttributes(11) })
      await assertRefused(eleven, { code: 'InvalidParameterValue' })
    },
  },
  {
    id: 'send-attribute-names',
    title: 'Attribute names that are reserved or ill-formed are refused',
    source: SOURCES.guide('Amazon SQS message metadata, Message attribute components, Name'),
    async run(context) {
      const queue = await context.createQueue()
      for (const name of ['AWS.trace', 'amazon.id', '.leading', 'trailing.', 'double..dot', 'with space', 'sla/sh']) {
        const sending = context.send(queue, name, { MessageAttributes: { [name]: text('x') } })
        await assertRefused(sending, { code: 'InvalidParameterValue' })
      }
      await context.send(queue, 'fine', { MessageAttributes: { 'A_b-c.9': text('x') } })
    },
  },
  {
    id: 'send-attribute-type-rules',
    title: 'An attribute type other than String, Number or Binary is refused',
    source: SOURCES.guide('Amazon SQS message metadata, Message attribute components, Type'),
    async run(context) {
      const queue = await context.createQueue()
      const MessageAttributes = { flag: { DataType: 'Boolean', StringValue: 'true' } }
      await assertRefused(context.send(queue, 'x', { MessageAttributes }), { code: 'InvalidParameterValue' })
    },
  },
  {
    id: 'send-attribute-empty',
    title: 'An empty string attribute is refused and named',
    source: SOURCES.recorded('test_send_message_with_empty_string_attribute'),
    async run(context) {
      const queue = await context.createQueue()
      const sending = context.send(queue, 'x', { MessageAttributes: { ErrorDetails: text('') } })
      await assertRefused(sending, {
        code: 'InvalidParameterValue',
        message: /'ErrorDetails' must contain a non-empty/,
      })
    },
  },
  {
    id: 'send-attribute-number',
    title: 'A Number attribute that is no number is refused',
    source: SOURCES.guide('Amazon SQS message metadata, Message attribute data types, Number'),
    async run(context) {
      const queue = await context.createQueue()
      const MessageAttributes = { attempt: { DataType: 'Number', StringValue: 'three' } }
      await assertRefused(context.send(queue, 'x', { MessageAttributes }), { code: 'InvalidParameterValue' })
    },
  },
  {
    id: 'send-attribute-characters',
    title: 'A string attribute with forbidden characters is refused with InvalidParameterValue',
    source: SOURCES.recorded('test_invalid_string_attributes_cause_invalid_parameter_value_error'),
    async run(context) {
      const queue = await context.createQueue()
      const sending = context.send(queue, 'x', { MessageAttributes: { attr1: text('Invalid-\u0008,\u000B') } })
      await assertRefused(sending, { code: 'InvalidParameterValue' })
    },
  },
  {
    id: 'send-one-mebibyte',
    title: 'A message of 1 MiB is accepted and one byte more refused',
    source: SOURCES.recorded('test_send_oversized_message'),
    async run(context) {
      const queue = await context.createQueue()
      await context.send(queue, 'a'.repeat(1_048_576))
      const message = /Message must be shorter than 1048576 bytes/
      await assertRefused(context.send(queue, 'a'.repeat(1_048_577)), { code: 'InvalidParameterValue', message })
    },
  },
  {
    id: 'send-queue-maximum',
    title: 'A queue with a lower MaximumMessageSize refuses what is larger, attributes included',
    source: SOURCES.recorded('test_send_message_with_updated_maximum_message_size'),
    async run(context) {
      const queue = await context.createQueue({ MaximumMessageSize: '1024' })
      await context.send(queue, 'a'.repeat(1024))
      const expected = { code: 'InvalidParameterValue', message: /Message must be shorter than 1024 bytes/ }
      await assertRefused(context.send(queue, 'a'.repeat(1025)), expected)
      const withAttribute = context.send(queue, 'a'.repeat(1020), { MessageAttributes: { name: text('value') } })
      await assertRefused(withAttribute, expected)
    },
  },
  {
    id: 'send-size-in-bytes',
    title: 'The size of a message counts UTF-8 bytes, not characters',
    source: SOURCES.guide('Amazon SQS message quotas, Message size'),
    async run(context) {
      const queue = await context.createQueue({ MaximumMessageSize: '1024' })
      await context.send(queue, 'é'.repeat(512))
      await assertRefused(context.send(queue, 'é'.repeat(513)), { code: 'InvalidParameterValue' })
    },
  },
  {
    id: 'send-delay',
    title: 'A delayed message is counted as delayed, then becomes visible',
    source: SOURCES.guide('Amazon SQS message timers'),
    async run(context) {
      const queue = await context.createQueue()
      await context.send(queue, 'later', { DelaySeconds: 1 })
      await context.assertCounts(queue, { visible: 0, inFlight: 0, delayed: 1 })
      await context.assertNothing(queue, 100)
      assert.equal((await context.receiveOne(queue)).Body, 'later')
    },
  },
  {
    id: 'send-queue-delay',
    title: 'The delay of a queue holds for messages without their own, and a message can set zero',
    source: SOURCES.guide('Amazon SQS delay queues'),
    async run(context) {
      const queue = await context.createQueue({ DelaySeconds: '900' })
      await context.send(queue, 'by the queue')
      await context.send(queue, 'at once', { DelaySeconds: 0 })
      assert.equal((await context.receiveOne(queue)).Body, 'at once')
      assert.equal((await context.counts(queue)).delayed, 1)
    },
  },
  {
    id: 'send-delay-range',
    title: 'A delay above 900 seconds is refused',
    source: SOURCES.api('SendMessage, DelaySeconds'),
    async run(context) {
      const queue = await context.createQueue()
      await assertRefused(context.send(queue, 'x', { DelaySeconds: 901 }), { code: 'InvalidParameterValue' })
    },
  },
  {
    id: 'send-group-on-standard',
    title: 'A standard queue accepts a MessageGroupId (fair queues) and returns it',
    source: SOURCES.recorded('test_fair_queue_with_message_group_id'),
    async run(context) {
      const queue = await context.createQueue()
      await context.send(queue, 'one', { MessageGroupId: 'tenant' })
      await context.send(queue, 'two', { MessageGroupId: 'tenant' })
      const messages = await context.receiveAll(queue, 2, EVERYTHING)
      for (const { Attributes } of messages) assert.equal(Attributes?.MessageGroupId, 'tenant')
    },
  },
  {
    id: 'send-group-characters',
    title: 'A MessageGroupId with spaces, of no or of more than 128 characters is refused',
    source: SOURCES.recorded('test_send_message_to_standard_queue_with_invalid_message_group_id'),
    async run(context) {
      const queue = await context.createQueue()
      const message = /MessageGroupId can only include alphanumeric and punctuation characters/
      for (const MessageGroupId of ['group 123', '', 'a'.repeat(129)]) {
        await assertRefused(context.send(queue, 'x', { MessageGroupId }), { code: 'InvalidParameterValue', message })
      }
    },
  },
]
