import { NotUnderstood } from './outcome-message.ts'

type Json = Readonly<Record<string, unknown>>

/** Deeper than any field that is read lies in a row; what is deeper is left as it is. */
const MOST_DEPTH = 6
/** Fields of a row by the names of a flat record, which other systems and tables of exports have. */
const FLAT_NAMES: Readonly<Record<string, string>> = {
  _id: 'id',
  notificationId: 'id',
  rawStatus: 'status',
  rawDetail: 'statusDetail',
  notificationType: 'type',
  channel: 'recipient.type',
  traineeRef: 'recipient.id',
  contact: 'recipient.contact',
  contactDomain: 'recipient.contact',
  localOffice: 'template.variables.localOfficeName',
  programmeNumber: 'template.variables.programmeNumber',
  refType: 'tisReference.type',
  refId: 'tisReference.id',
  statusEventAt: 'latestStatusEventAt',
}
/** The fields that are read, by their paths; nothing else of a record is. */
const PATHS = new Set(
  (
    'id status statusDetail type sentAt readAt lastRetry latestStatusEventAt ' +
    'recipient.id recipient.type recipient.contact tisReference.type tisReference.id ' +
    'template.variables.personId template.variables.localOfficeName template.variables.programmeNumber'
  ).split(' '),
)

/**
 * A document of the History collection as an export of MongoDB writes it, as the row that is broadcast: extended JSON becomes plain, and a
 * field that the database leaves out because it is null is null again.
 */
export function rowOfDocument(document: Json): Json {
  const { _id, ...rest } = Object(plain(document, 0))
  return { tisReference: null, ...rest, id: _id }
}

/**
 * A flat record (`notificationId`, `rawStatus`, `traineeRef` … or paths such as `recipient.id`) as a row. Empty text is null; of an
 * object, of which a record tells parts only, all parts empty are null as well.
 */
export function rowOfFlat(record: Json): Json {
  const row: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(record)) {
    const path = Object.hasOwn(FLAT_NAMES, name) ? (FLAT_NAMES[name] ?? name) : name
    if (PATHS.has(path)) put(row, path, cellOf(name, value))
  }
  const reference = row['tisReference']
  if (isObject(reference) && Object.values(reference).every((each) => each === null)) row['tisReference'] = null
  return row
}

/** The domain stands for the address that it came from, which is not kept either way. */
function cellOf(name: string, value: unknown): unknown {
  if (value === '' || value === undefined) return null
  if (name === 'contactDomain' && typeof value === 'string' && !value.includes('@')) return `@${value}`
  return typeof value === 'string' ? (/^ObjectId\("?([0-9a-f]{24})"?\)$/i.exec(value)?.[1] ?? value) : value
}

function put(row: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  let at = row
  for (const key of keys) {
    const inner = at[key]
    const next: Record<string, unknown> = isObject(inner) ? inner : {}
    at[key] = next
    at = next
  }
  // A later name of the same field that says nothing takes nothing away.
  if (value !== null || !Object.hasOwn(at, last)) at[last] = value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `{"$oid": "…"}` and its siblings as the text, number or moment that they stand for. */
function plain(value: unknown, depth: number): unknown {
  if (!isObject(value) || depth > MOST_DEPTH) return value
  const [entry, ...others] = Object.entries(value)
  if (entry !== undefined && others.length === 0 && entry[0].startsWith('$')) return plainOf(entry[0], entry[1], depth)
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each, depth + 1)]))
}

function plainOf(kind: string, value: unknown, depth: number): unknown {
  switch (kind) {
    case '$oid':
      return value
    case '$date':
      return plain(value, depth + 1)
    case '$numberInt':
    case '$numberLong':
    case '$numberDouble':
      return Number(value)
    default:
      throw new NotUnderstood(
        `${/^\$\w{1,30}$/.test(kind) ? kind : 'a field'}: is no kind of value that a notification has.`,
      )
  }
}
