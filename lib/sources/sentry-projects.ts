import { z } from 'zod'
import { listSentry } from './ask-sentry.ts'
import type { PollContext } from './define-source.ts'
import type { SentryGap } from './sentry-cursor.ts'

const projectSchema = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  slug: z.string().min(1),
  firstEvent: z.string().nullish(),
  environments: z.array(z.string()).nullish(),
})
export type SentryProject = z.output<typeof projectSchema>

export interface WatchedProjects {
  /** Projects whose count of errors says something. */
  readonly projects: readonly SentryProject[]
  /** Projects of the flow whose silence says nothing, by slug. */
  readonly gaps: Readonly<Record<string, SentryGap>>
}

/** The projects that the flow names, else all of the organisation; those that never sent anything are told apart, since they cannot be well. */
export async function listWatchedProjects(context: PollContext): Promise<WatchedProjects> {
  const all = await listSentry(context, {
    resource: 'projects',
    query: {},
    scope: 'org:read',
    schema: z.array(projectSchema),
  })
  const { environment } = context.settings.sources.sentry
  const wanted = [...new Set(context.settings.flow.flatMap((stage) => stage.sentryProject ?? []))]
  if (wanted.length === 0) return { projects: all.filter((one) => silenceOf(one, environment) === null), gaps: {} }
  const projects: SentryProject[] = []
  const gaps: Record<string, SentryGap> = {}
  for (const slug of wanted) {
    const project = all.find((candidate) => candidate.slug === slug)
    const silence =
      project === undefined
        ? `Sentry has no project ${slug} that the token may read: check flow.sentryProject.`
        : silenceOf(project, environment)
    if (silence !== null) gaps[slug] = { reason: 'not-found', message: silence }
    else if (project !== undefined) projects.push(project)
  }
  return { projects, gaps }
}

/** Why this project's silence says nothing; null when it has sent before. */
function silenceOf({ slug, firstEvent, environments }: SentryProject, environment: string): string | null {
  if (firstEvent === null || firstEvent === undefined) {
    return `Sentry has never received an event from ${slug}: that it shows no errors says nothing.`
  }
  if (environments !== null && environments !== undefined && !environments.includes(environment)) {
    return `Sentry has never received an event from ${slug} with the environment ${environment}: that it shows no errors says nothing.`
  }
  return null
}
