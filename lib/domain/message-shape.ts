/** A message attribute as SQS gives it. `value` is text; null for a binary one. */
export interface MessageAttribute {
  readonly name: string
  /** `String`, `Number`, `Binary`, perhaps with a label of the sender's, e.g. `Number.int`. */
  readonly type: string
  readonly value: string | null
}

/** What a message looks like, without what it says: names and types; of values only class names, content types and words of the program's own. */
export interface MessageShape {
  readonly attributes: readonly MessageAttribute[]
  /** Paths with types, e.g. `record.data.id:string`, sorted; null for a body that is no JSON. */
  readonly bodyKeys: readonly string[] | null
  /** What the body says in words of the program's own, and the form of what it says else. Missing on shapes that were kept before it was read. */
  readonly values?: readonly ShapeValue[]
  /** Of a dead letter: the queue that it came from, where SQS tells. */
  readonly deadLetterOf?: string
}

/** A value of a body as far as it may be kept: `LOAD` under a path such as `metadata.operation`, else only its form, e.g. `<date>`. */
export interface ShapeValue {
  readonly path: string
  readonly value: string
}

/** A shape with how many messages had it. Sizes are of bodies, in characters. */
export interface ShapeCount {
  readonly shape: MessageShape
  readonly count: number
  readonly leastSize: number
  readonly mostSize: number
  /** When the first and the last of them were sent, epoch ms; null where SQS did not tell. */
  readonly firstSentMs: number | null
  readonly lastSentMs: number | null
}

/** What is needed of a message for its shape; `sentMs` in epoch ms. */
export interface ShapedMessage {
  readonly attributes: readonly MessageAttribute[]
  readonly body: string
  readonly deadLetterOf?: string | null
  readonly sentMs?: number | null
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
/** Longest body that is shown, in characters. */
const MOST_SHOWN = 8_000
/** Values are kept only where the key says that they are the program's own words, and where they look like such. */
const PROGRAM_WORD_KEY =
  /(?:type|status|state|operation|action|event|kind|schema|table|source|schema-?_?name|table-?_?name)$/i
const PROGRAM_WORD = /^(?:[A-Z]{2}[A-Z_]{0,38}|[a-z]+(?:[-_.][a-z]+){0,5})$/
const MOST_WORD = 40
const MOST_VALUES = 60
/** Forms of text that readers care about; no other text leaves a trace. */
const FORMS: readonly (readonly [form: string, pattern: RegExp])[] = [
  ['<empty>', /^\s*$/],
  ['<date>', /^\d{4}-\d\d-\d\d$/],
  ['<date and time>', /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/],
  ['<UUID>', /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i],
  ['<e-mail address>', /^[^\s@]+@[^\s@]+\.[^\s@]+$/],
  ['<URL>', /^https?:\/\//i],
]

/** True for a text that names a Java class: what makes some readers load it. */
export function isClassName(value: string): boolean {
  return CLASS_NAME.test(value)
}

export function shapeOf(
  attributes: readonly MessageAttribute[],
  body: string,
  deadLetterOf: string | null = null,
): MessageShape {
  return {
    attributes: attributes.map(shownAttribute).toSorted(byName),
    ...bodyShapeOf(body),
    ...(deadLetterOf === null ? {} : { deadLetterOf }),
  }
}

/** Equal for equal shapes, whatever the order of attributes. */
export function shapeKey({ attributes, bodyKeys, values = [], deadLetterOf }: MessageShape): string {
  const own = attributes.toSorted(byName).map(({ name, type, value }) => [name, type, value])
  const said = values.map(({ path, value }) => [path, value])
  return JSON.stringify([
    own,
    bodyKeys,
    ...(said.length === 0 && deadLetterOf === undefined ? [] : [said, deadLetterOf]),
  ])
}

/** Counts messages by their shape, the most frequent first. */
export function countShapes(messages: readonly ShapedMessage[]): ShapeCount[] {
  const tally = newShapeTally(Number.POSITIVE_INFINITY)
  for (const message of messages) tally.add(message)
  return tally.list()
}

/** Counts shapes of messages that come one after the other, so that none need be kept. */
export interface ShapeTally {
  /** The key of the message's shape, and whether it is the first of it; null for a shape too many. */
  add(message: ShapedMessage): { readonly key: string; readonly shape: MessageShape; readonly isFirst: boolean } | null
  /** The most frequent first. */
  list(): ShapeCount[]
}

/** A tally of at most so many shapes; what comes after them is counted nowhere. */
export function newShapeTally(most: number): ShapeTally {
  const counts = new Map<string, ShapeCount>()
  return {
    add: ({ attributes, body, deadLetterOf = null, sentMs = null }) => {
      const shape = shapeOf(attributes, body, deadLetterOf)
      const key = shapeKey(shape)
      const known = counts.get(key)
      if (known === undefined && counts.size >= most) return null
      const one = { shape, count: 1, leastSize: body.length, mostSize: body.length }
      const counted = { ...one, firstSentMs: sentMs, lastSentMs: sentMs }
      counts.set(key, known === undefined ? counted : together(known, counted))
      return { key, shape, isFirst: known === undefined }
    },
    list: () => [...counts.values()].toSorted((a, b) => b.count - a.count),
  }
}

function together(a: ShapeCount, b: ShapeCount): ShapeCount {
  return {
    shape: a.shape,
    count: a.count + b.count,
    leastSize: Math.min(a.leastSize, b.leastSize),
    mostSize: Math.max(a.mostSize, b.mostSize),
    firstSentMs: least(a.firstSentMs, b.firstSentMs),
    lastSentMs: latest(a.lastSentMs, b.lastSentMs),
  }
}

function least(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}

/** The message with every value hidden, for display. Numbers and truth values are hidden too: any of them may be personal. */
export function maskMessage(attributes: readonly MessageAttribute[], body: string): MaskedMessage {
  const json = parseJson(body)
  return {
    attributes: attributes
      .map(shownAttribute)
      .map((each) => ({ ...each, value: each.value ?? HIDDEN }))
      .toSorted(byName),
    body:
      json === undefined
        ? `not JSON, ${body.length} characters`
        : shortened(JSON.stringify(maskValue(json, 0), null, 2)),
  }
}

function shortened(text: string): string {
  return text.length <= MOST_SHOWN
    ? text
    : `${text.slice(0, MOST_SHOWN)}\n… and ${text.length - MOST_SHOWN} characters more`
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
  const isShown =
    value !== null &&
    (isClassName(value) || (CONTENT_TYPE_NAME.test(name) && CONTENT_TYPE.test(value)) || isProgramWord(name, value))
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

function bodyShapeOf(body: string): Pick<MessageShape, 'bodyKeys'> & { readonly values: readonly ShapeValue[] } {
  const json = parseJson(body)
  if (json === undefined) return { bodyKeys: null, values: [] }
  const found: Found = { paths: new Set(), values: new Map() }
  collectKeys(json, '', 0, found)
  const values = [...found.values].map(([path, value]) => ({ path, value }))
  return { bodyKeys: [...found.paths].toSorted(), values: values.toSorted((a, b) => (a.path < b.path ? -1 : 1)) }
}

interface Found {
  readonly paths: Set<string>
  readonly values: Map<string, string>
}

function collectKeys(value: unknown, path: string, ...[depth, found]: readonly [depth: number, found: Found]) {
  if (found.paths.size >= MOST_KEYS) return
  if (value === null || typeof value !== 'object' || depth >= MOST_DEPTH) {
    found.paths.add(`${path}:${value === null ? 'null' : typeof value}`)
    if (typeof value === 'string') collectValue(value, path, found)
    return
  }
  if (Array.isArray(value)) {
    if (value.length === 0) found.paths.add(`${path}[]`)
    for (const each of value) collectKeys(each, `${path}[]`, depth + 1, found)
    return
  }
  for (const [key, each] of Object.entries(value)) {
    const name = DATA_KEY.test(key) ? '*' : key
    collectKeys(each, path === '' ? name : `${path}.${name}`, depth + 1, found)
  }
}

/** Of lists nothing is kept: their items differ by nature. */
function collectValue(value: string, path: string, { values }: Found): void {
  if (values.size >= MOST_VALUES || path.includes('[]') || path.includes('*')) return
  const kept = isProgramWord(path, value) ? value : FORMS.find(([, pattern]) => pattern.test(value))?.[0]
  if (kept !== undefined) values.set(path, kept)
}

function isProgramWord(name: string, value: string): boolean {
  return value.length <= MOST_WORD && PROGRAM_WORD_KEY.test(name) && PROGRAM_WORD.test(value)
}

function maskValue(value: unknown, depth: number): unknown {
  if (value === null || typeof value !== 'object' || depth >= MOST_DEPTH) return HIDDEN
  if (Array.isArray(value)) return value.slice(0, 3).map((each) => maskValue(each, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [DATA_KEY.test(key) ? HIDDEN : key, maskValue(each, depth + 1)]),
  )
}
