import { expect, test } from 'vitest'
import { fitsPattern, serviceOfQueue, type ServiceRules } from './service-of-queue.ts'

const RULES: ServiceRules = {
  flow: [{ queue: 'orders', service: 'shop' }, { queue: 'returns' }],
  names: [
    { service: 'warehouse', queues: ['stock-*', 'returns'] },
    { service: 'everything', queues: ['*-late'] },
  ],
  tags: ['service', 'team'],
}
const serviceOf = (name: string, tags: Record<string, string> | null = null) => serviceOfQueue({ name, tags }, RULES)

test('a stage of the flow says it before names and tags do', () => {
  expect(serviceOf('orders', { service: 'other' })).toBe('shop')
  expect(serviceOf('returns', { service: 'other' })).toBe('warehouse')
})

test('the first pattern that fits counts, and tags where none does', () => {
  expect(serviceOf('stock-late')).toBe('warehouse')
  expect(serviceOf('bills', { team: 'money', service: 'billing' })).toBe('billing')
  expect(serviceOf('bills', { team: 'money', service: '' })).toBe('money')
})

test('without any it is not known', () => {
  expect(serviceOf('bills')).toBeNull()
  expect(serviceOf('bills', {})).toBeNull()
})

test.each([
  ['orders', 'orders', true],
  ['orders', 'order', false],
  ['orders-dlq', 'orders*', true],
  ['orders-dlq', '*-dlq', true],
  ['tis-orders-dlq', 'tis-*-dlq', true],
  ['tis-dlq', 'tis-*-dlq', false],
  ['a-b-c-b', 'a*b*b', true],
  ['a-b-c', 'a*b*b', false],
  ['anything', '*', true],
  ['a.b', 'a?b', false],
])('%s and the pattern %s: %s', (name, pattern, fits) => {
  expect(fitsPattern(name, pattern)).toBe(fits)
})
