import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { ENV_VARIABLES, envNames, type LoadedEnv } from '#lib/config/env.ts'
import type { LoadedSettings } from '#lib/config/load-settings.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import type { SettingRow } from './contract.ts'

/** Every environment variable with what it is and where it came from; of a secret only whether it is set. */
export function environmentRows({ env, origins }: LoadedEnv): SettingRow[] {
  return envNames().map((key) => {
    const { secret, about } = ENV_VARIABLES[key]
    const value = env[key]
    const text = value === undefined ? 'not set' : secret ? 'set' : withoutPassword(value)
    return { key, value: text, origin: origins[key], about }
  })
}

/** An address may carry a name and a password; neither is shown. */
function withoutPassword(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1')
}

interface Node {
  readonly description?: string | undefined
  readonly properties?: Readonly<Record<string, Node>> | undefined
  readonly items?: Node | undefined
}

const nodeSchema: z.ZodType<Node> = z.lazy(() =>
  z.object({
    description: z.string().optional(),
    properties: z.record(z.string(), nodeSchema).optional(),
    items: nodeSchema.optional(),
  }),
)

/** Every setting of spillway.yaml, one row a value, in the order of the schema. */
export function settingRows({ settings, given }: Pick<LoadedSettings, 'settings' | 'given'>): SettingRow[] {
  const root = nodeSchema.parse(z.toJSONSchema(settingsSchema, { io: 'input' }))
  return rowsOf({ key: '', node: root, about: '', value: settings, given })
}

interface Place {
  readonly key: string
  readonly node: Node
  readonly about: string
  readonly value: unknown
  /** What the file says at this place; undefined where it says nothing. */
  readonly given: unknown
}

function rowsOf(place: Place): SettingRow[] {
  const { node, value, given } = place
  const about = node.description ?? place.about
  if (value === undefined)
    return [{ key: place.key, value: 'not set', origin: 'not set', about: about || firstAbout(node) }]
  if (Array.isArray(value) && value.some((item) => item !== null && typeof item === 'object'))
    return value.flatMap((item, index) =>
      rowsOf({ key: `${place.key}[${index}]`, node: node.items ?? {}, about, value: item, given: at(given, index) }),
    )
  if (node.properties !== undefined)
    return Object.entries(node.properties).flatMap(([name, child]) =>
      rowsOf({
        key: place.key === '' ? name : `${place.key}.${name}`,
        node: child,
        about,
        value: at(value, name),
        given: at(given, name),
      }),
    )
  if (!Array.isArray(value) && value !== null && typeof value === 'object' && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([name, each]) =>
      rowsOf({ key: `${place.key}.${name}`, node: {}, about, value: each, given: at(given, name) }),
    )
  // A value that the file gives but that could not be used is the default: only an equal one came from the file.
  const isGiven = given !== undefined && isDeepStrictEqual(given, value)
  return [{ key: place.key, value: textOf(value), origin: isGiven ? 'spillway.yaml' : 'default', about }]
}

/** A section that is left out has no words of its own: those of its first setting say what it is for. */
function firstAbout(node: Node): string {
  return Object.values(node.properties ?? {}).find(({ description }) => description !== undefined)?.description ?? ''
}

function at(value: unknown, key: string | number): unknown {
  if (value === null || typeof value !== 'object') return undefined
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return value !== null && typeof value === 'object' ? 'none' : String(value)
}
