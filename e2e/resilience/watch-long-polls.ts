import type { World } from '#world/world.ts'

/** The most long polls of Spillway's that were open on each queue at one moment. */
export function watchLongPolls(world: World): { readonly most: () => Readonly<Record<string, number>> } {
  const open = new Map<string, number>()
  const most: Record<string, number> = {}
  world.sqs.faults.onBefore('ReceiveMessage', ({ caller, queue = '' }) => {
    if (!caller.startsWith('spillway')) return
    const now = (open.get(queue) ?? 0) + 1
    open.set(queue, now)
    most[queue] = Math.max(most[queue] ?? 0, now)
  })
  world.sqs.faults.onAfter('ReceiveMessage', ({ caller, queue = '' }) => {
    if (caller.startsWith('spillway')) open.set(queue, (open.get(queue) ?? 0) - 1)
  })
  return { most: () => most }
}
