import { redirect } from 'next/navigation'
import { plainSearch, type RawSearch } from '#components/shell/plain-search.ts'
import { SignInPanel } from '#components/sign-in/sign-in-panel.tsx'
import { insideAddress } from '#lib/auth/inside-address.ts'
import { requireCanonicalHost } from '#lib/auth/require-canonical-host.ts'
import { signInMessage } from '#lib/auth/sign-in-message.ts'
import { signInStatus } from '#lib/auth/sign-in-status.ts'
import { getViewer } from '#lib/auth/viewer.ts'
import { getEnv } from '#lib/config/env.ts'
import { getSettings } from '#lib/config/load-settings.ts'

interface SignInPageProps {
  readonly searchParams: Promise<RawSearch>
}

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const search = plainSearch(await searchParams)
  const backTo = insideAddress(search.callbackUrl)
  await requireCanonicalHost(backTo)
  // A store that is down must not keep people from this page: it says what is wrong itself.
  const viewer = await getViewer().catch(() => null)
  if (viewer !== null && search.error === undefined) redirect(backTo)
  const status = signInStatus()
  const { team, sandbox } = getSettings()
  return (
    <SignInPanel
      team={team.name}
      message={signInMessage(search.error, getEnv().OIDC_ROLE_CLAIM)}
      missing={status.state === 'missing' ? status.names : []}
      sandboxNote={sandbox?.note ?? null}
      backTo={backTo}
    />
  )
}
