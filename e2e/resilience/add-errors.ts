import { randomUUID } from 'node:crypto'
import { findProject } from '#world/sentry/projects.ts'
import type { World } from '#world/world.ts'

/** Errors that the sandbox's Sentry knows of a project, as if its service had reported them at `atMs`. */
export function addErrors(world: World, slug: string, { count, atMs }: { count: number; atMs: number }): void {
  const project = findProject(slug)
  if (project === undefined) throw new Error(`The sandbox has no Sentry project ${slug}.`)
  for (let index = 0; index < count; index += 1) {
    world.sentry.store.addEvent({
      eventId: randomUUID().replaceAll('-', ''),
      projectId: project.id,
      atMs,
      environment: 'demo',
      release: null,
      level: 'error',
      title: 'IllegalStateException: the queue is closed',
      culprit: 'MessageListener',
      outcome: 'accepted',
    })
  }
}

const FLOW_PROJECTS = ['tis-trainee-sync', 'tis-trainee-notifications']

/** One error each, long ago: Sentry knows no environment in which nothing ever happened, and says that it is not there. */
export function withOldErrors(world: World): void {
  for (const slug of FLOW_PROJECTS) addErrors(world, slug, { count: 1, atMs: Date.now() - 2 * 3_600_000 })
}
