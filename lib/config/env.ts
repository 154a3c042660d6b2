import 'server-only'
import { z } from 'zod'
import { singleton } from './singleton.ts'

const text = z.string().trim().min(1)
const url = z.url({ protocol: /^https?$/ })

/** Every environment variable that Spillway reads: its schema and what it is for. The settings page and the README's table derive from it. */
export const ENV_VARIABLES = {
  SPILLWAY_URL: {
    schema: url.default('http://127.0.0.1:3000'),
    secret: false,
    about: 'Address under which people open Spillway; links and sign-in use it.',
  },
  SPILLWAY_SECRET: {
    schema: text.min(32).optional(),
    secret: true,
    about: 'At least 32 characters. Signs sessions and encrypts what is kept in quarantine and archives.',
  },
  SPILLWAY_CONFIG: {
    schema: text.default('spillway.yaml'),
    secret: false,
    about: 'Path of the settings file; without the file Spillway discovers queues and shows them.',
  },
  SPILLWAY_DATA_DIR: {
    schema: text.default('.spillway/data'),
    secret: false,
    about: 'Folder of the embedded store. Unused with DATABASE_URL.',
  },
  SPILLWAY_ARCHIVE_DIR: {
    schema: text.default('.spillway/archive'),
    secret: false,
    about:
      'Folder of archived messages, encrypted, where `archive.s3` is not set. All processes must see the same one; back it up.',
  },
  DATABASE_URL: {
    schema: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    secret: true,
    about: 'PostgreSQL 15 or newer instead of the embedded store. Use it in production.',
  },
  SPILLWAY_ROLE: {
    schema: z.enum(['all', 'web', 'worker']).default('all'),
    secret: false,
    about: 'web serves pages, worker reads sources, all does both. web and worker need DATABASE_URL.',
  },
  SPILLWAY_LOG_LEVEL: {
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    secret: false,
    about: 'Least level of the log, one JSON line an entry.',
  },
  AWS_REGION: {
    schema: text.optional(),
    secret: false,
    about: 'Region of the queues. Credentials come from the standard AWS chain.',
  },
  SENTRY_URL: { schema: url.default('https://sentry.io'), secret: false, about: 'Sentry server.' },
  SENTRY_ORG: { schema: text.optional(), secret: false, about: 'Slug of the Sentry organisation.' },
  SENTRY_AUTH_TOKEN: {
    schema: text.optional(),
    secret: true,
    about: 'Token of an internal integration with org:read, project:read and event:read.',
  },
  OIDC_ISSUER: {
    schema: url.optional(),
    secret: false,
    about: 'Issuer of the identity provider; its discovery document is read from there.',
  },
  OIDC_CLIENT_ID: { schema: text.optional(), secret: false, about: 'Client id at the identity provider.' },
  OIDC_CLIENT_SECRET: { schema: text.optional(), secret: true, about: 'Client secret at the identity provider.' },
  OIDC_ROLE_CLAIM: {
    schema: text.default('roles'),
    secret: false,
    about: 'Claim that holds viewer, responder, operator or admin (a text or a list).',
  },
  SLACK_BOT_TOKEN: {
    schema: text.optional(),
    secret: true,
    about: 'Bot token with chat:write, channels:read and channels:history (groups:history for a private channel).',
  },
  SPILLWAY_RESYNC_TOKEN: {
    schema: text.optional(),
    secret: true,
    about: 'Bearer token for the calls of a re-sync, where `resync.url` is set.',
  },
  SLACK_API_URL: {
    schema: url.default('https://slack.com/api'),
    secret: false,
    about: 'Base address of the Slack API.',
  },
} as const

export type EnvName = keyof typeof ENV_VARIABLES
export type Env = { readonly [K in EnvName]: z.output<(typeof ENV_VARIABLES)[K]['schema']> }

/** A variable whose value cannot be used. `message` is one line that names it and says what is wanted. */
export interface EnvProblem {
  readonly name: EnvName
  readonly message: string
}

export interface LoadedEnv {
  readonly env: Env
  /** Where each value came from. */
  readonly origins: Readonly<Record<EnvName, 'environment' | 'default' | 'not set'>>
  readonly problems: readonly EnvProblem[]
}

/** Reads every variable of `raw`; a wrong value becomes a problem and counts as not set, so that the rest of the app can start. */
export function readEnv(raw: Readonly<Record<string, string | undefined>>): LoadedEnv {
  const values: Record<string, unknown> = {}
  const origins: Record<string, string> = {}
  const problems: EnvProblem[] = []
  for (const name of envNames()) {
    const given = raw[name] === '' ? undefined : raw[name]
    const { schema } = ENV_VARIABLES[name]
    const parsed = schema.safeParse(given)
    const fallback = schema.safeParse(undefined)
    if (parsed.success) values[name] = parsed.data
    else {
      values[name] = fallback.data
      problems.push({
        name,
        message: `${name} is not usable: ${parsed.error.issues[0]?.message ?? 'invalid'}. ${ENV_VARIABLES[name].about}`,
      })
    }
    origins[name] =
      parsed.success && given !== undefined ? 'environment' : fallback.data === undefined ? 'not set' : 'default'
  }
  // Each name was parsed by its own schema just above, which the record type cannot follow.
  return { env: values as Env, origins: origins as LoadedEnv['origins'], problems }
}

export function envNames(): EnvName[] {
  // Object.keys loses the literal keys of a const object.
  return Object.keys(ENV_VARIABLES) as EnvName[]
}

/** The process's environment, read once. The only place that reads `process.env`. */
export function loadEnv(): LoadedEnv {
  return singleton('env', () => readEnv(process.env))
}

export function getEnv(): Env {
  return loadEnv().env
}
