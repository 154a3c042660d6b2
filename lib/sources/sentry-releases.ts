import { z } from 'zod'
import type { Mark } from '#lib/domain/mark.ts'
import { listSentry } from './ask-sentry.ts'
import type { PollContext } from './define-source.ts'
import { instant } from './instant.ts'

const DAY_MS = 86_400_000

const releaseSchema = z.object({
  version: z.string().min(1),
  shortVersion: z.string().nullish(),
  dateCreated: instant,
  lastDeploy: z.object({ environment: z.string(), dateFinished: instant.nullish() }).nullish(),
  projects: z.array(z.object({ slug: z.string() })),
})
type Release = z.output<typeof releaseSchema>

export interface ToldReleases {
  /** Marks that were not told before. */
  readonly marks: readonly Mark[]
  /** Keys of all that Sentry lists now, to know them again. */
  readonly keys: readonly string[]
}

/** Releases of the watched projects as marks, newest page only once the past is known. A deploy to the watched environment stands for its release. */
export async function listReleaseMarks(
  context: PollContext,
  slugs: ReadonlySet<string>,
  known: readonly string[] | null,
): Promise<ToldReleases> {
  const oldestMs = context.nowMs() - context.settings.sources.sentry.backfillDays * DAY_MS
  const releases = await listSentry(
    context,
    { resource: 'releases', query: {}, scope: 'project:read', schema: z.array(releaseSchema) },
    // The list is newest first.
    (page) => known !== null || page.some((release) => release.dateCreated < oldestMs),
  )
  const before = new Set(known)
  const marks = releases.flatMap((release) => marksOf(context, release, slugs)).filter((mark) => mark.atMs >= oldestMs)
  return { marks: marks.filter((mark) => !before.has(keyOf(mark))), keys: marks.map(keyOf) }
}

function marksOf(context: PollContext, release: Release, slugs: ReadonlySet<string>): readonly Mark[] {
  const { environment } = context.settings.sources.sentry
  const deploy = release.lastDeploy?.environment === environment ? release.lastDeploy.dateFinished : null
  const isDeploy = deploy !== null && deploy !== undefined
  // `package@1.2.3` is how Sentry's own tools name a version.
  const version = release.shortVersion ?? release.version.slice(release.version.lastIndexOf('@') + 1)
  return release.projects
    .filter(({ slug }) => slugs.has(slug))
    .map(({ slug }) => {
      const service = context.settings.flow.find((stage) => stage.sentryProject === slug)?.service ?? slug
      const title = `${service} ${version} ${isDeploy ? 'deployed' : 'released'}`
      return { atMs: deploy ?? release.dateCreated, kind: isDeploy ? 'deploy' : 'release', service, title, version }
    })
}

function keyOf(mark: Mark): string {
  return `${mark.atMs} ${mark.title}`
}
