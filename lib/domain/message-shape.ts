/** A message attribute as SQS gives it. `value` is text; null for a binary one. */
export interface MessageAttribute {
  readonly name: string
  /** `String`, `Number`, `Binary`, perhaps with a label of the sender's, e.g. `Number.int`. */
  readonly type: string
  readonly value: string | null
}

/** What a message looks like, without what it says: names and types, and values only of class names and content types. */
export interface MessageShape {
  readonly attributes: readonly MessageAttribute[]
  /** Paths with types, e.g. `record.data.id:string`, sorted; null for a body that is no JSON. */
  readonly bodyKeys: readonly string[] | null
}

/** A shape with how many messages had it. Sizes are of bodies, in characters. */
export interface ShapeCount {
  readonly shape: MessageShape
  readonly count: number
  readonly leastSize: number
  readonly mostSize: number
}

/** A message for display: every value hidden but those that a shape keeps. */
export interface MaskedMessage {
  readonly attributes: readonly MessageAttribute[]
  readonly body: string
}

/** A Java class by its full name. */
const CLASS_NAME = /^(?:[a-z_][\w$]{0,60}\.){1,20}[A-Z][\w$]{0,100}$/
const CONTENT_TYPE = /^[\w.+-]{1,60}\/[\w.+-]{1,80}(?:;\s?charset=[\w-]{1,20})?$/
const CONTENT_TYPE_NAME = /content-?_?type/i
/** Keys that are data themselves: numbers, ids, addresses. */
const DATA_KEY = /^\d|@|^[0-9a-f]{8}-|^[0-9a-f]{16,}$|^.{81,}$/i
const MOST_KEYS = 200
const MOST_DEPTH = 8
const HIDDEN = '•••'

/** True for a text that names a Java class: what makes some readers load it. */
export function isClassName(value: string): boolean {
  return CLASS_NAME.test(value)
}

export function shapeOf(attributes: readonly MessageAttribute[], body: string): MessageShape {
  return { attributes: attributes.map(shownAttribute).toSorted(byName), bodyKeys: bodyKeysOf(body) }
}

/** Equal for equal shapes, whatever the order of attributes. */
export function shapeKey({ attributes, bodyKeys }: MessageShape): string {
  return JSON.stringify([attributes.toSorted(byName).map(({ name, type, value }) => [name, type, value]), bodyKeys])
}

/** Counts messages by their shape, the most frequent first. */
export function countShapes(
  messages: readonly { readonly attributes: readonly MessageAttribute[]; readonly body: string }[],
): ShapeCount[] {
  const counts = new Map<string, ShapeCount>()
  for (const { attributes, body } of messages) {
    const shape = shapeOf(attributes, body)
    const key = shapeKey(shape)
    const known = counts.get(key)
    counts.set(key, {
      shape: known?.shape ?? shape,
      count: (known?.count ?? 0) + 1,
      leastSize: Math.min(known?.leastSize ?? body.length, body.length),
      mostSize: Math.max(known?.mostSize ?? 0, body.length),
    })
  }
  return [...counts.values()].toSorted((a, b) => b.count - a.count)
}

/** The message with every value hidden, for display. Numbers and truth values are hidden too: any of them may be personal. */
export function maskMessage(attributes: readonly MessageAttribute[], body: string): MaskedMessage {
  const json = parseJson(body)
  return {
    attributes: attributes
      .map(shownAttribute)
      .map((each) => ({ ...each, value: each.value ?? HIDDEN }))
      .toSorted(byName),
    body: json === undefined ? `not JSON, ${body.length} characters` : JSON.stringify(maskValue(json, 0), null, 2),
  }
}

/** The text at a path of a JSON body, e.g. `record.tisId`; null where there is none. Numbers become text. */
export function textAt(body: string, path: string): string | null {
  let value: unknown = parseJson(body)
  for (const key of path.split('.')) {
    if (value === null || typeof value !== 'object') return null
    value = Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
  }
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : null
}

function byName(a: MessageAttribute, b: MessageAttribute): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

function shownAttribute({ name, type, value }: MessageAttribute): MessageAttribute {
  const isShown = value !== null && (isClassName(value) || (CONTENT_TYPE_NAME.test(name) && CONTENT_TYPE.test(value)))
  return { name, type, value: isShown ? value : null }
}

function parseJson(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body)
    return value !== null && typeof value === 'object' ? value : undefined
  } catch {
    return undefined
  }
}

function bodyKeysOf(body: string): readonly string[] | null {
  const json = parseJson(body)
  if (json === undefined) return null
  const paths = new Set<string>()
  collectKeys(json, '', 0, paths)
  return [...paths].toSorted()
}

function collectKeys(value: unknown, path: string, ...[depth, paths]: readonly [depth: number, paths: Set<string>]) {
  if (paths.size >= MOST_KEYS) return
  if (value === null || typeof value !== 'object' || depth >= MOST_DEPTH) {
    paths.add(`${path}:${value === null ? 'null' : typeof value}`)
    return
  }
  if (Array.isArray(value)) {
    if (value.length === 0) paths.add(`${path}[]`)
    for (const each of value) collectKeys(each, `${path}[]`, depth + 1, paths)
    return
  }
  for (const [key, each] of Object.entries(value)) {
    const name = DATA_KEY.test(key) ? '*' : key
    collectKeys(each, path === '' ? name : `${path}.${name}`, depth + 1, paths)
  }
}

function maskValue(value: unknown, depth: number): unknown {
  if (value === null || typeof value !== 'object' || depth >= MOST_DEPTH) return HIDDEN
  if (Array.isArray(value)) return value.slice(0, 3).map((each) => maskValue(each, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [DATA_KEY.test(key) ? HIDDEN : key, maskValue(each, depth + 1)]),
  )
}
