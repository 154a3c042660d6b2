import { expect, test } from 'vitest'

import { FAULT_IDS, FaultRefusedError, Faults } from './faults.ts'

test('a switch runs its effect before it counts as thrown, and only when it changes', async () => {
  const faults = new Faults('consumer')
  const seen: [boolean, boolean][] = []
  faults.onSet('sentry-down', (isOn) => {
    seen.push([isOn, faults.isOn('sentry-down')])
  })
  await faults.set('sentry-down', true)
  await faults.set('sentry-down', true)
  await faults.set('sentry-down', false)
  expect(seen).toEqual([
    [true, false],
    [false, true],
  ])
})

test('a switch whose effect fails stays where it was', async () => {
  const faults = new Faults('consumer')
  faults.onSet('no-dlq', () => Promise.reject(new Error('SQS is away')))
  await expect(faults.set('no-dlq', true)).rejects.toThrow('SQS is away')
  expect(faults.isOn('no-dlq')).toBe(false)
})

test('each story breaks by its own fault alone, and the other is refused with the way out', async () => {
  const consumer = new Faults('consumer')
  expect([consumer.hasJavaType, consumer.isConsumerStrict]).toEqual([true, false])
  await expect(consumer.set('producer-adds-javatype', true)).rejects.toThrow('--story producer')
  await consumer.set('consumer-upgraded', true)
  expect([consumer.hasJavaType, consumer.isConsumerStrict]).toEqual([true, true])

  await consumer.set('producer-drops-javatype', true)
  expect([consumer.hasJavaType, consumer.isConsumerStrict]).toEqual([false, true])

  const producer = new Faults('producer')
  await expect(producer.set('producer-drops-javatype', true)).rejects.toThrow('by a switch of its own')
  expect([producer.hasJavaType, producer.isConsumerStrict]).toEqual([false, true])
  await expect(producer.set('consumer-upgraded', true)).rejects.toThrow(FaultRefusedError)
  await producer.set('producer-adds-javatype', true)
  expect([producer.hasJavaType, producer.isConsumerStrict]).toEqual([true, true])
})

test('the story changes only while neither of its faults is on', async () => {
  const faults = new Faults('consumer')
  await faults.set('consumer-upgraded', true)
  expect(() => faults.setStory('producer')).toThrow('Switch "The consumer is upgraded" off first')
  await faults.set('consumer-upgraded', false)
  faults.setStory('producer')
  await faults.set('producer-adds-javatype', true)
  expect(faults.hasJavaType).toBe(true)
})

test('every switch says what it does', () => {
  expect(new Faults('consumer').list().map(({ id }) => id)).toEqual([...FAULT_IDS])
  for (const { explanation, title } of new Faults('consumer').list())
    expect(Math.min(title.length, explanation.length)).toBeGreaterThan(10)
})
