import type { SentryIssue, SentryRelease, SentryStore } from './event-store.ts'
import { findProject, SENTRY_ORG } from './projects.ts'
import type { SentryProject } from './projects.ts'

/** A project as the organisation's list shows it. */
export function renderProject(project: SentryProject, store: SentryStore): object {
  const span = store.spanOf(project)
  const release = store.listReleases().find((candidate) => candidate.projectId === project.id)
  return {
    id: project.id,
    slug: project.slug,
    name: project.slug,
    platform: project.platform,
    status: 'active',
    isMember: true,
    dateCreated: '2023-05-02T09:00:00Z',
    firstEvent: span === null ? null : iso(span.firstMs),
    environments: project.environments,
    latestRelease: release === undefined ? null : { version: release.version },
    teams: [{ id: '1', slug: 'tis', name: 'TIS' }],
  }
}

export function renderIssue(issue: SentryIssue, baseUrl: string): object {
  const project = findProject(issue.projectId)
  return {
    id: issue.id,
    shortId: `${(project?.slug ?? '').toUpperCase()}-${issue.id}`,
    title: issue.title,
    culprit: issue.culprit,
    level: issue.level,
    status: 'unresolved',
    substatus: 'ongoing',
    count: String(issue.count),
    userCount: 0,
    firstSeen: iso(issue.firstSeenMs),
    lastSeen: iso(issue.lastSeenMs),
    permalink: `${baseUrl}/organizations/${SENTRY_ORG}/issues/${issue.id}/`,
    project: { id: issue.projectId, slug: project?.slug, name: project?.slug, platform: project?.platform },
  }
}

export function renderRelease(release: SentryRelease, store: SentryStore): object {
  const project = findProject(release.projectId)
  const span = project === undefined ? null : store.spanOf(project)
  return {
    version: release.version,
    shortVersion: release.version.slice(release.version.lastIndexOf('@') + 1),
    dateCreated: iso(release.atMs),
    dateReleased: iso(release.atMs),
    firstEvent: span === null ? null : iso(span.firstMs),
    lastEvent: span === null ? null : iso(span.lastMs),
    lastDeploy: { environment: 'demo', dateFinished: iso(release.atMs) },
    newGroups: 0,
    deployCount: 1,
    projects: [{ id: Number(release.projectId), slug: project?.slug, name: project?.slug }],
  }
}

/** A client key; the secret half is left out, since nobody should store it. */
export function renderKey(project: SentryProject, baseUrl: string): object {
  const { host } = new URL(baseUrl)
  return {
    id: project.publicKey,
    name: 'Default',
    public: project.publicKey,
    projectId: Number(project.id),
    isActive: true,
    rateLimit: null,
    dsn: { public: `http://${project.publicKey}@${host}/${project.id}` },
    dateCreated: '2023-05-02T09:00:00Z',
  }
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
