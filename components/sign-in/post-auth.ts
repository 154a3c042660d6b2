/** The text of a field of an answer that may be anything; null where it holds none. */
function fieldOf(answer: unknown, field: 'csrfToken' | 'url'): string | null {
  if (typeof answer !== 'object' || answer === null) return null
  const value: unknown = Reflect.get(answer, field)
  return typeof value === 'string' ? value : null
}

/**
 * Starts or ends a session at next-auth and goes where it says. A plain form would do but for the policy: its `form-action`
 * also forbids the redirect to the identity provider. False when the server did not answer as expected.
 */
export async function postAuth(step: 'signin/oidc' | 'signout', callbackUrl: string): Promise<boolean> {
  try {
    const csrf = await fetch('/api/auth/csrf', { cache: 'no-store' })
    const csrfToken = fieldOf(await csrf.json(), 'csrfToken')
    if (csrfToken === null) return false
    const answer = await fetch(`/api/auth/${step}`, {
      method: 'POST',
      body: new URLSearchParams({ csrfToken, callbackUrl, json: 'true' }),
    })
    const url = fieldOf(await answer.json(), 'url')
    if (!answer.ok || url === null) return false
    location.assign(url)
    return true
  } catch {
    return false
  }
}
