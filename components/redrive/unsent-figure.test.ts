import { expect, test } from 'vitest'
import type { RedriveState } from '#lib/domain/redrive.ts'
import { unsentFigure } from './unsent-figure.ts'

const unsent = (state: RedriveState, waiting: number, halfWay = 0, name = 'orders-dlq') =>
  unsentFigure({ state, source: { name, label: name }, counts: { waiting, halfWay } })

test('while a redrive works, what it picked up is still to be sent', () => {
  expect(unsent('running', 3)).toEqual({ label: 'Picked up, not sent yet', count: 3, note: null })
  expect(unsent('waiting', 3, 1)).toEqual({
    label: 'Picked up, not sent yet',
    count: 4,
    note: 'of 1 it is not known whether SQS took it',
  })
})

test('once it is over, they are messages that were not sent, and it is said where they are', () => {
  expect(unsent('done', 0)).toEqual({ label: 'Not sent', count: 0, note: null })
  expect(unsent('stopped', 3)).toEqual({ label: 'Not sent', count: 3, note: 'left in their queue' })
  expect(unsent('done', 3, 0, 'pay-dlq.fifo').note).toBe('left in their queue, behind a refused one of their group')
  expect(unsent('stopped', 3, 0, 'pay-dlq.fifo').note).toBe('left in their queue')
  expect(unsent('stopped', 3, 2)).toEqual({
    label: 'Not known to be sent',
    count: 5,
    note: 'left in their queue; of 2 it is not known whether SQS took them',
  })
})
