import { figure } from './count-words.ts'
import { ownNameOf } from './queue.ts'

/** A rule of the settings: redrives that take from, or give to, such a queue and move more than so many need a second person. */
export interface ApprovalRule {
  /** Name of a queue; `*` stands for any letters. */
  readonly queues: string
  readonly aboveMessages: number
}

/** The first rule that asks for a second person; null when none does. Where nobody knows how many messages there are, it is as if many. */
export function neededApproval(
  rules: readonly ApprovalRule[],
  plan: { readonly queues: readonly string[]; readonly messages: number | null },
): ApprovalRule | null {
  return (
    rules.find(
      ({ queues, aboveMessages }) =>
        (plan.messages ?? Number.POSITIVE_INFINITY) > aboveMessages && plan.queues.some((name) => isLike(name, queues)),
    ) ?? null
  )
}

/** Why a second person is asked. */
export function approvalWords({ queues, aboveMessages }: ApprovalRule): string {
  const which = queues === '*' ? 'Every redrive' : `Every redrive of ${queues}`
  return aboveMessages === 0
    ? `${which} needs a second person.`
    : `${which} with more than ${figure(aboveMessages)} messages needs a second person.`
}

function isLike(name: string, pattern: string): boolean {
  const source = pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, (letter) => (letter === '*' ? '.*' : `\\${letter}`))
  const wanted = new RegExp(`^${source}$`, 'u')
  // A rule that names no place holds in every one: a queue elsewhere must not slip past it.
  return wanted.test(name) || wanted.test(ownNameOf(name))
}
