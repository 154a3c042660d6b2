import { sendDeployMark } from './marks.ts'
import type { AppConnection, DeployMark } from './marks.ts'
import { findProject } from './sentry/projects.ts'
import type { SentryServer } from './sentry/server.ts'

/** The sandbox's deployment pipeline: says to Sentry and to Spillway that a version went out. */
export interface Deploys {
  readonly announce: (mark: DeployMark) => Promise<void>
  /** Where marks go from now on. */
  readonly connect: (app: AppConnection) => void
}

/** A mark that does not arrive is said and forgotten, as pipelines do. */
export function createDeploys(
  sentry: SentryServer,
  say: (line: string) => void,
  initial: AppConnection | null,
): Deploys {
  let app = initial
  return {
    connect: (connection) => {
      app = connection
    },
    async announce(mark) {
      const project = findProject(mark.service)
      const version = `${mark.service}@${mark.version}`
      if (project !== undefined) sentry.store.addRelease({ version, projectId: project.id, atMs: Date.now() })
      const problem = app === null ? null : await sendDeployMark(app, mark)
      if (problem !== null) say(problem)
    },
  }
}
