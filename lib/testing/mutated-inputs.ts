import { outcomeHistory } from './outcome-histories.ts'
import { randomOf, type Random } from './random.ts'

/** Inputs that are nearly outcomes, from a seed. */
export function mutatedOutcomes(seed: number, count: number): Iterable<Buffer> {
  return mutated(seed, count, soundBody)
}

/** Inputs that are nearly created profiles or contact details as their queue carries them, from a seed. */
export function mutatedProfiles(seed: number, count: number): Iterable<Buffer> {
  return mutated(seed, count, soundProfile)
}

/** Inputs that are nearly created profiles as they are posted, from a seed. */
export function mutatedProfileBodies(seed: number, count: number): Iterable<Buffer> {
  return mutated(seed, count, (random) =>
    JSON.stringify({ ref: String(random.between(700_000, 790_000)), createdAt: '2024-11-06T14:21:09Z' }),
  )
}

/** Whole, cut, twisted, blown up, or something else altogether. As bytes, since some are no text. */
function* mutated(seed: number, count: number, soundOf: (random: Random) => string): Iterable<Buffer> {
  const random = randomOf(seed)
  for (let made = 0; made < count; made += 1) {
    const sound = soundOf(random)
    const mutate = MUTATIONS[random.between(0, MUTATIONS.length - 1)]
    yield mutate === undefined ? Buffer.from(sound) : mutate(sound, random)
  }
}

function soundProfile(random: Random): string {
  const ref = String(random.between(900_000, 990_000))
  if (random.chance(0.3)) return JSON.stringify({ traineeTisId: ref })
  if (random.chance(0.5)) return JSON.stringify({ traineeTisId: ref, createdAt: '2024-11-06T14:21:09Z' })
  const email = random.chance(0.5) ? 'someone@example.com' : null
  return JSON.stringify({ tisId: ref, record: { tisId: ref, table: 'ContactDetails', data: { id: ref, email } } })
}

const SOUND = 300
let sounds: readonly string[] | null = null

/** A body that is understood: of the histories, by themselves or as a document of MongoDB or a flat record. */
function soundBody(random: Random): string {
  sounds ??= Array.from({ length: SOUND }, (_, seed) => outcomeHistory(seed).messages).flatMap((messages) =>
    messages.map(({ body }) => body),
  )
  const body = sounds[random.between(0, sounds.length - 1)] ?? ''
  const json = JSON.parse(body)
  if ('id' in json && random.chance(0.2)) {
    const { id, sentAt, ...rest } = json
    return JSON.stringify({ _id: { $oid: id }, ...rest, sentAt: { $date: sentAt } })
  }
  if ('id' in json && random.chance(0.1)) return JSON.stringify({ notificationId: json.id, rawStatus: json.status })
  return body
}

type Mutation = (sound: string, random: Random) => Buffer

const text = (change: (sound: string, random: Random) => string): Mutation => {
  return (sound, random) => Buffer.from(change(sound, random))
}
/** The sound body with the value of one of its fields, at any depth, changed. */
const field = (change: (value: unknown, random: Random) => unknown): Mutation =>
  text((sound, random) => withField(sound, change, random))

const MUTATIONS: readonly Mutation[] = [
  text((sound) => sound),
  text((sound) => sound),
  // Malformed.
  text((sound, random) => sound.slice(0, random.between(0, sound.length - 1))),
  text((sound, random) => sound.slice(random.between(1, sound.length - 1))),
  text((sound, random) =>
    spliced(sound, random.pick(['"', '{', '}', ']', ',', ':', '\\', '\\u', '\u0000', 'NaN', '//']), random),
  ),
  text((sound) => sound + sound),
  text((sound) => sound.replaceAll('"', "'")),
  text((_, random) =>
    random.pick(['', ' ', 'null', '[]', '{}', '0', 'true', '"', '"x"', '[[]]', 'undefined', '\u{feff}']),
  ),
  // Other types and other values.
  field((_, random) => random.pick([null, true, 0, -1, 1.5, 1e308, '', [], {}, [null], { $oid: 1 }, 'x', '0'])),
  field((value) => [value]),
  field((value) => ({ value })),
  field((value) => JSON.stringify(value)),
  field((_, random) => random.between(-(2 ** 31), 2 ** 31) * random.pick([1, 1_000, 1e9, 1e300])),
  // Moments.
  field((_, random) => new Date(random.between(-62_135, 253_402) * 1e9).toISOString()),
  field((_, random) => random.pick(MOMENTS)),
  // Huge and deep.
  field((_, random) =>
    random.pick(['x', '@', 'a@', ' ', '9', '\u{1f600}', '\\', '%', '"']).repeat(random.between(1, 20_000)),
  ),
  text((sound, random) => sound.replace(/^\{/, `{"x":${nested(random.between(1, 5_000), random)},`)),
  text((sound, random) => wrapped(sound, random.between(1, 6), random)),
  text((sound) => `{${Array.from({ length: 500 }, (_, at) => `"k${at}":${at}`).join(',')},${sound.slice(1)}`),
  // Hostile.
  field((_, random) => random.pick(HOSTILE)),
  text((sound, random) =>
    sound.replace(
      /^\{/,
      `{"${random.pick(['__proto__', 'constructor', 'id', '_id', 'Body', 'mail', 'status'])}":{"id":1},`,
    ),
  ),
  // Bytes that are no UTF-8, and marks of other encodings.
  (sound, random) => withByte(Buffer.from(sound), random.between(0x80, 0xff), random),
  (sound) => Buffer.from(sound, 'utf16le'),
  (_, random) => Buffer.from(Array.from({ length: random.between(0, 60) }, () => random.between(0, 255))),
]

const MOMENTS: readonly [unknown, ...unknown[]] = [
  '0001-01-01T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '1970-01-01T00:00:00Z',
  '1999-06-01T00:00:00Z',
  '2024-02-30T00:00:00Z',
  '2100-12-31T00:00:00Z',
  '2101-01-01T00:00:00Z',
  '9999-12-31T23:59:59.9996Z',
  '+275760-09-13T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '2024-11-06T25:61:61Z',
  '2024-11-06',
  '06/11/2024',
  '2024-11-06T14:21:09',
  0,
  1,
  1_730_902_869,
  8_639_999_999_999_999,
  9e18,
]

const HOSTILE: readonly [string, ...string[]] = [
  "'; drop table outcome; --",
  '{{7*7}}',
  '<script>alert(1)</script>',
  '${jndi:ldap://x}',
  '../../etc/passwd',
  '=cmd()',
  '\u0000',
  '\ud800',
  '\udc00x',
  '\u202e',
  '\r\n',
  '\u{10ffff}',
  'someone@example.com',
  ' a@b c@d ',
  'NaN',
  '__proto__',
]

function spliced(sound: string, piece: string, random: Random): string {
  const at = random.between(0, sound.length)
  return sound.slice(0, at) + piece + sound.slice(at + random.between(0, 2))
}

function withByte(bytes: Buffer, byte: number, random: Random): Buffer {
  bytes[random.between(0, bytes.length - 1)] = byte
  return bytes
}

function nested(depth: number, random: Random): string {
  return random.chance(0.5) ? '['.repeat(depth) + ']'.repeat(depth) : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
}

function wrapped(sound: string, times: number, random: Random): string {
  const sentTimestamp = random.pick(['1730902869700', '-1', 'x', '9000000000000000', '99999999999999999999', ''])
  let body = sound
  for (let time = 0; time < times; time += 1)
    body = random.chance(0.5)
      ? JSON.stringify({ Type: 'Notification', Message: body })
      : JSON.stringify({
          Body: body,
          Attributes: { SentTimestamp: sentTimestamp, SequenceNumber: random.pick(['1', '', 'x']) },
        })
  return body
}

function withField(sound: string, change: (value: unknown, random: Random) => unknown, random: Random): string {
  const json: unknown = JSON.parse(sound)
  const places: { readonly holder: object; readonly key: string }[] = []
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, each] of Object.entries(value)) {
      places.push({ holder: value, key })
      walk(each)
    }
  }
  walk(json)
  const place = places[random.between(0, places.length - 1)]
  if (place !== undefined) Reflect.set(place.holder, place.key, change(Reflect.get(place.holder, place.key), random))
  return JSON.stringify(json)
}
