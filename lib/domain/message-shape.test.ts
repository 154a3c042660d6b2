import { describe, expect, test } from 'vitest'
import {
  countShapes,
  isClassName,
  maskMessage,
  newShapeTally,
  shapeOf,
  textAt,
  type MessageAttribute,
} from './message-shape.ts'

const JAVA: MessageAttribute = {
  name: 'JavaType',
  type: 'String',
  value: 'uk.nhs.hee.trainee.details.event.ProfileCreateEvent',
}
const PERSON: MessageAttribute = { name: 'person', type: 'String', value: 'Alex Trainee' }

describe('a message’s shape', () => {
  test('holds names and types, and of values only class names and content types', () => {
    const contentType = { name: 'contentType', type: 'String', value: 'application/json' }
    const shape = shapeOf([contentType, PERSON, JAVA], '{"b":1,"a":{"x":["t"]},"900042":{"n":null}}')
    expect(shape).toEqual({
      attributes: [JAVA, contentType, { ...PERSON, value: null }],
      bodyKeys: ['*.n:null', 'a.x[]:string', 'b:number'],
      values: [],
    })
    expect(JSON.stringify(shape)).not.toMatch(/Alex|900042/)
  })

  test.each([
    ['java.lang.String', true],
    ['uk.nhs.ProfileCreatedEvent$Inner', true],
    ['alex.trainee@example.com', false],
    ['a.trainee', false],
    ['ProfileCreatedEvent', false],
    ['Dr. Alex Trainee', false],
  ])('%s names a class: %s', (text, is) => {
    expect(isClassName(text)).toBe(is)
  })

  test('a body that is no JSON object has no keys', () => {
    expect([shapeOf([], 'Alex').bodyKeys, shapeOf([], '"Alex"').bodyKeys, shapeOf([], '42').bodyKeys]).toEqual([
      null,
      null,
      null,
    ])
  })

  test('equal shapes are counted together whatever the order of their parts', () => {
    const counted = countShapes([
      { attributes: [JAVA, PERSON], body: '{"a":1,"b":2}' },
      { attributes: [PERSON, JAVA], body: '{"b":20,"a":10}' },
      { attributes: [JAVA], body: '{"a":1}' },
    ])
    expect(counted.map(({ count, leastSize, mostSize }) => [count, leastSize, mostSize])).toEqual([
      [2, 13, 15],
      [1, 7, 7],
    ])
  })

  test('holds words of the program’s own and forms of values, and nothing that may name a person', () => {
    const operation = { name: 'eventType', type: 'String', value: 'PROFILE_CREATED' }
    const body = JSON.stringify({
      surname: 'smith',
      status: 'Alex',
      email: 'alex@example.com',
      started: '2024-11-07',
      middleName: '',
      metadata: { operation: 'LOAD', 'table-name': 'person' },
      tags: [{ type: 'A_B' }],
    })
    const shape = shapeOf([operation, { ...PERSON, name: 'kind' }], body, 'profile-created')
    expect(shape.attributes.map(({ value }) => value)).toEqual(['PROFILE_CREATED', null])
    expect(shape.values).toEqual([
      { path: 'email', value: '<e-mail address>' },
      { path: 'metadata.operation', value: 'LOAD' },
      { path: 'metadata.table-name', value: 'person' },
      { path: 'middleName', value: '<empty>' },
      { path: 'started', value: '<date>' },
    ])
    expect(JSON.stringify(shape)).not.toMatch(/[Aa]lex|smith|example|2024/)
    expect(shape.deadLetterOf).toBe('profile-created')
  })

  test('messages of two queues or with another word are two groups, with when each was sent', () => {
    const message = { attributes: [], body: '{"operation":"LOAD"}', deadLetterOf: 'a' }
    const counted = countShapes([
      { ...message, sentMs: 5 },
      { ...message, sentMs: null },
      { ...message, sentMs: 2 },
      { ...message, deadLetterOf: 'b' },
      { ...message, body: '{"operation":"UPDATE"}' },
    ])
    expect(counted.map(({ count, firstSentMs, lastSentMs }) => [count, firstSentMs, lastSentMs])).toEqual([
      [3, 2, 5],
      [1, null, null],
      [1, null, null],
    ])
  })

  test('a tally keeps only so many shapes, and says so of a message that has another', () => {
    const tally = newShapeTally(1)
    expect(tally.add({ attributes: [], body: '{"a":1}' })).toMatchObject({ isFirst: true })
    expect(tally.add({ attributes: [], body: '{"b":1}' })).toBeNull()
    expect(tally.add({ attributes: [], body: '{"a":2}' })).toMatchObject({ isFirst: false })
    expect(tally.list()).toMatchObject([{ count: 2 }])
  })

  test('what is shown of a message hides every value, also numbers and keys that are data', () => {
    const masked = maskMessage([JAVA, PERSON], '{"traineeTisId":"900042","age":31,"alex@example.com":true}')
    expect(JSON.stringify(masked)).not.toMatch(/Alex|900042|31|example/)
    expect(masked.body).toContain('"traineeTisId": "•••"')
    expect(masked.attributes[0]).toEqual(JAVA)
  })

  test('a path of the body gives its text', () => {
    const body = '{"traineeTisId":"10","record":{"tisId":42},"o":{}}'
    expect([
      textAt(body, 'traineeTisId'),
      textAt(body, 'record.tisId'),
      textAt(body, 'o'),
      textAt(body, 'constructor'),
      textAt('x', 'a'),
    ]).toEqual(['10', '42', null, null, null])
  })
})
