import { expect, test } from 'vitest'
import { FetchLog } from './fetch-log.ts'

test('nobody asks beside a fetch that is under way: its end is waited for, also that of one begun meanwhile', async () => {
  const log = new FetchLog()
  await log.idle()
  const first = Promise.withResolvers<number>()
  const second = Promise.withResolvers<number>()
  const watched = log.watch(first.promise)
  const order: string[] = []
  const idle = log.idle().then(() => order.push('idle'))
  const later = log.watch(second.promise)
  first.resolve(1)
  await watched
  order.push('first')
  second.resolve(2)
  await later
  await idle
  expect(order).toEqual(['first', 'idle'])
})
