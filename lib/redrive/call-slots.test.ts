import { expect, test } from 'vitest'
import { CallSlots } from './call-slots.ts'

/** Calls that end when they are told to, and which of them have begun. */
function calls() {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const call = (name: string) => (): Promise<void> => {
    begun.push(name)
    return new Promise((resolve) => ends.set(name, resolve))
  }
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { begun, call, end }
}

test('no more calls are under way than there are slots, and what ends something begun goes before a receive that waited longer', async () => {
  const slots = new CallSlots(2)
  const { begun, call, end } = calls()
  const all = [
    slots.run(call('first receive'), 'receive'),
    slots.run(call('second receive'), 'receive'),
    slots.run(call('third receive'), 'receive'),
    slots.run(call('send')),
    slots.run(call('delete')),
  ]
  expect(begun).toEqual(['first receive', 'second receive'])
  await end('second receive')
  expect(begun.slice(2)).toEqual(['send'])
  await end('first receive')
  await end('send')
  expect(begun.slice(3)).toEqual(['delete', 'third receive'])
  await end('delete')
  await end('third receive')
  await Promise.all(all)
})

test('a call that fails gives its slot back', async () => {
  const slots = new CallSlots(1)
  const { begun, call, end } = calls()
  const next = slots.run(() => Promise.reject(new Error('denied')))
  const after = slots.run(call('after'))
  await expect(next).rejects.toThrow('denied')
  await end('after')
  await after
  expect(begun).toEqual(['after'])
})
