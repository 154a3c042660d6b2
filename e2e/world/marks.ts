/** A dated fact for Spillway's charts, as `POST /api/ingest/marks` takes it. */
export interface DeployMark {
  readonly service: string
  readonly version: string
}

/** Where Spillway listens and the token that lets the sandbox's pipeline write marks. */
export interface AppConnection {
  readonly url: string
  readonly ingestToken: string
}

/** Tells Spillway about a deploy, as a deployment pipeline would. Returns why it could not, or null. */
export async function sendDeployMark(app: AppConnection, mark: DeployMark): Promise<string | null> {
  const body = {
    at: new Date().toISOString(),
    kind: 'deploy',
    service: mark.service,
    title: `${mark.service} ${mark.version} deployed`,
    version: mark.version,
  }
  try {
    const response = await fetch(`${app.url}/api/ingest/marks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${app.ingestToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // A busy machine answers late, and the mark carries its own moment.
      signal: AbortSignal.timeout(20_000),
    })
    return response.ok
      ? null
      : `Spillway answered ${response.status} to the deploy mark of ${mark.service} ${mark.version}`
  } catch (error) {
    return `the deploy mark of ${mark.service} ${mark.version} did not reach Spillway: ${String(error)}`
  }
}
