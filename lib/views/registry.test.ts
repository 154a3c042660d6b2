import { expect, test } from 'vitest'
import { views } from './registry.ts'

test('every page with a chart hears of a deploy that is to be marked on it', () => {
  for (const { name, topics } of [views.overview, views.queue, views.emails])
    expect([name, topics.includes('marks')]).toEqual([name, true])
})

test('every view stands under its own name', () => {
  for (const [name, view] of Object.entries(views)) expect(view.name).toBe(name)
})
