import 'server-only'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse } from 'yaml'
import { getEnv } from './env.ts'
import { settingsSchema, type Settings } from './settings.ts'
import { singleton } from './singleton.ts'

export interface LoadedSettings {
  readonly settings: Settings
  /** Absolute path of the file, or null when there is none and every value is the default. */
  readonly file: string | null
  /** What the file itself says, before defaults: a path that is in it came from the file. */
  readonly given: unknown
  /** One line a wrong entry, each naming the field, what is wrong and the way out. */
  readonly problems: readonly string[]
}

/** Reads settings from YAML text. A wrong section is left at its default and named in `problems`; the rest counts. */
export function readSettings(text: string, file: string | null): LoadedSettings {
  let given: unknown
  try {
    given = parse(text) ?? {}
  } catch (error) {
    const message = error instanceof Error ? error.message.split('\n')[0] : 'not readable'
    return {
      settings: settingsSchema.parse({}),
      file,
      given: {},
      problems: [`${file ?? 'settings'} is not YAML: ${message}. Nothing in it counts until that is mended.`],
    }
  }
  const whole = settingsSchema.safeParse(given)
  if (whole.success) return { settings: whole.data, file, given, problems: [] }
  const problems = whole.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}. The default is used instead.`,
  )
  return { settings: settingsSchema.parse(withoutBadParts(given, whole.error.issues)), file, given, problems }
}

/** Drops, for each issue, the smallest part whose absence is valid: its section under `sources`, or its top-level section. */
function withoutBadParts(given: unknown, issues: readonly { readonly path: readonly PropertyKey[] }[]): unknown {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) return {}
  const kept: Record<PropertyKey, unknown> = structuredClone({ ...given })
  for (const issue of issues) {
    const [top, section] = issue.path
    const inner: unknown = top === undefined ? undefined : kept[top]
    if (top === undefined) return {}
    if (top === 'sources' && section !== undefined && inner !== null && typeof inner === 'object')
      Reflect.deleteProperty(inner, section)
    else Reflect.deleteProperty(kept, top)
  }
  return settingsSchema.safeParse(kept).success ? kept : {}
}

/** The settings of this process, read once from the file that SPILLWAY_CONFIG names. */
export function loadSettings(): LoadedSettings {
  return singleton('settings', () => {
    const file = resolve(/* turbopackIgnore: true */ process.cwd(), getEnv().SPILLWAY_CONFIG)
    try {
      return readSettings(readFileSync(file, 'utf8'), file)
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
      const problems = isMissing ? [] : [`${file} cannot be read: ${String(error)}`]
      return { ...readSettings('', null), problems }
    }
  })
}

export function getSettings(): Settings {
  return loadSettings().settings
}
