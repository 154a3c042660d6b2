import { counted, figure, listed } from './count-words.ts'
import type { Mark } from './mark.ts'
import { compareShapes, countOf, namedClasses, type ShapeDifference } from './shape-difference.ts'
import type { ShapeCount } from './message-shape.ts'
import { atWords } from './when-words.ts'

/** Healthy messages to compare with, and from when they were. */
export interface HealthyShapes {
  readonly shapes: readonly ShapeCount[]
  readonly fromMs: number
  readonly toMs: number
  /** Where they were seen, e.g. `the tap of profile-created`. */
  readonly origin: string
}

export interface CauseFacts {
  /** Of stuck or dead messages. */
  readonly stuck: readonly ShapeCount[]
  /** Null when none were kept from before the fault. */
  readonly healthy: HealthyShapes | null
  /** Deploys and the like near the beginning of the fault, oldest first. */
  readonly marks: readonly Mark[]
  readonly clock: { readonly nowMs: number; readonly timeZone: string }
}

/** What is known of the cause. */
export interface Cause {
  /** `differs`: the messages themselves changed. `same`: they did not. `no-healthy`: nothing to compare with. `no-stuck`: nobody has looked. */
  readonly kind: 'differs' | 'same' | 'no-healthy' | 'no-stuck'
  /** The sentence that leads; it never guesses. */
  readonly sentence: string
  readonly differences: readonly (ShapeDifference & { readonly words: string })[]
  /** `tis-trainee-sync was deployed at 14:19`. */
  readonly marks: readonly string[]
  /** Classes that every stuck message names. */
  readonly classes: readonly { readonly attribute: string; readonly className: string }[]
}

/** What stuck messages have in common, how they differ from healthy ones, and else what changed at that minute. */
export function describeCause(facts: CauseFacts): Cause {
  const { stuck, healthy, clock } = facts
  const marks = markWords(facts.marks, clock)
  const classes = namedClasses(stuck)
  const known = { marks, classes, differences: [] }
  if (countOf(stuck) === 0) return { ...known, kind: 'no-stuck', sentence: 'Nobody has looked into the messages yet' }
  const around = aroundWords(marks, classes)
  if (healthy === null || countOf(healthy.shapes) === 0)
    return { ...known, kind: 'no-healthy', sentence: joined(['No healthy message to compare with', ...around]) }
  const differences = compareShapes(stuck, healthy.shapes).map((each) => ({ ...each, words: differenceWords(each) }))
  const [first] = differences
  if (first === undefined)
    return { ...known, kind: 'same', sentence: joined(['Nothing in the messages changed', ...around]) }
  const kept = `kept from ${healthy.origin} ${spanWords(healthy, clock)}`
  return { ...known, differences, kind: 'differs', sentence: `${first.words} (${kept})` }
}

/** `between 13:19 and 14:18`; `at 13:19` where it is one minute. */
function spanWords({ fromMs, toMs }: HealthyShapes, { nowMs, timeZone }: CauseFacts['clock']): string {
  const [from, to] = [atWords(fromMs, nowMs, timeZone), atWords(toMs, nowMs, timeZone)]
  if (from === to) return from
  return `between ${[from, to].map((words) => words.replace(/^(?:at|on) /, '')).join(' and ')}`
}

/** `412 of 412 stuck messages carry JavaType; 0 of 200 healthy ones do`. */
export function differenceWords({ kind, name, type, ...counts }: ShapeDifference): string {
  const { stuck, stuckOf, healthy, healthyOf } = counts
  return `${figure(stuck)} of ${counted(stuckOf, 'stuck message')} ${whatWords(kind, name, type)}; ${figure(healthy)} of ${figure(healthyOf)} healthy ones ${kind === 'body' && type === 'not JSON' ? 'are' : 'do'}`
}

function whatWords(kind: ShapeDifference['kind'], name: string, type: string): string {
  if (kind === 'attribute') return `carry \`${name}\` (${type})`
  if (kind === 'value') return `have ${valueWords(type)} in \`${name}\``
  if (type === 'not JSON') return 'are not JSON'
  return `have \`${name}\`${type === '' ? '' : ` (${type})`} in their body`
}

/** The value itself, or its form in words: `<date>` as `a date`. */
function valueWords(value: string): string {
  const form = /^<(?<form>.+)>$/u.exec(value)?.groups?.['form']
  if (form === undefined) return `\`${value}\``
  return form === 'empty' ? 'nothing' : `${form.startsWith('e-') ? 'an' : 'a'} ${form}`
}

function aroundWords(marks: readonly string[], classes: Cause['classes']): string[] {
  const [named] = classes
  const words = marks.length === 0 ? [] : [listed(marks)]
  return named === undefined ? words : [...words, `every message names a Java class (${shortClass(named.className)})`]
}

/** `uk.nhs.hee.trainee.details.event.ProfileCreateEvent` as `uk.nhs…ProfileCreateEvent`. */
export function shortClass(className: string): string {
  const parts = className.split('.')
  return parts.length <= 3 ? className : `${parts.slice(0, 2).join('.')}…${parts.at(-1) ?? ''}`
}

function joined(parts: readonly string[]): string {
  return parts.join('; ')
}

/** Each service once: what a pipeline told before what a release told, since it is the moment itself. */
function markWords(marks: readonly Mark[], { nowMs, timeZone }: CauseFacts['clock']): string[] {
  const byService = new Map<string, Mark>()
  for (const mark of marks) {
    const key = mark.service ?? mark.title
    if (byService.get(key)?.kind !== 'deploy') byService.set(key, mark)
  }
  return [...byService.values()].map((mark) => {
    const at = atWords(mark.atMs, nowMs, timeZone)
    if (mark.service === null || mark.kind === 'attribute' || mark.kind === 'other') return `${mark.title} ${at}`
    return `${mark.service} was ${mark.kind === 'deploy' ? 'deployed' : 'released'} ${at}`
  })
}
