import { expect, test } from 'vitest'
import { groupTitle, readerRisks } from './message-group.ts'
import { shapeOf, type MessageAttribute } from './message-shape.ts'

const JAVA: MessageAttribute = { name: 'JavaType', type: 'String', value: 'uk.nhs.hee.trainee.ProfileCreateEvent' }
const attribute = (name: string, value = 'x y'): MessageAttribute => ({ name, type: 'String', value })

test.each([
  [[JAVA], '{"traineeTisId":"1"}', '`JavaType` uk.nhs…ProfileCreateEvent · body with `traineeTisId`'],
  [
    [attribute('trace')],
    '{"record":{"id":1,"metadata":{"operation":"LOAD"}}}',
    'LOAD · `trace` · body with `record.id` and 1 more',
  ],
  [[], 'not JSON', 'body is not JSON'],
  [[], '{}', 'empty JSON'],
])('%o with %s is told as %s', (attributes, body, title) => {
  expect(groupTitle(shapeOf(attributes, body))).toBe(title)
})

const risks = (attributes: readonly MessageAttribute[], body: string, mostSize = 20) =>
  readerRisks({ shape: shapeOf(attributes, body), mostSize })

test('names what could break a reader, and nothing where there is nothing', () => {
  expect(risks([attribute('a')], '{"a":1}')).toEqual([])
  expect(risks([JAVA], '{"a":null,"b":{"c":null}}', 300_000)).toEqual([
    '`JavaType` names the class uk.nhs.hee.trainee.ProfileCreateEvent: a reader that loads it must know the class.',
    'The body has null in `a`, `b.c`.',
    'A body is larger than 256 KiB, which older queues do not take.',
  ])
  expect(risks([attribute('ExtendedPayloadSize')], 'x')).toEqual([
    'The body is not JSON.',
    'The body is a pointer to an object in S3, which may be gone; a plain reader finds no message in it.',
  ])
  expect(
    risks(
      Array.from({ length: 10 }, (_, at) => attribute(`a${at}`)),
      '{"a":1}',
    ),
  ).toEqual(['It carries 10 attributes, the most that SQS takes.'])
})
