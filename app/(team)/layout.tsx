import type { ReactNode } from 'react'
import { LiveProvider } from '#components/shell/live-provider.tsx'
import { SiteFooter } from '#components/shell/site-footer.tsx'
import { SiteHeader } from '#components/shell/site-header.tsx'
import { currentAddress } from '#lib/auth/current-address.ts'
import { requirePerson } from '#lib/auth/viewer.ts'
import { getBuildId } from '#lib/config/build.ts'
import { getSettings } from '#lib/config/load-settings.ts'
import { viewTopics } from '#lib/views/view-topics.ts'
import { getVersion } from '#lib/views/version.ts'

interface TeamLayoutProps {
  readonly children: ReactNode
}

export default async function TeamLayout({ children }: TeamLayoutProps) {
  const person = await requirePerson(await currentAddress())
  const { team, sandbox } = getSettings()
  return (
    <LiveProvider build={getBuildId()} topics={viewTopics()}>
      <div className="flex min-h-dvh flex-col">
        <SiteHeader team={team.name} teamZone={team.timeZone} person={person} sandboxNote={sandbox?.note ?? null} />
        <main id="content" tabIndex={-1} className="flex-1 outline-none">
          {children}
        </main>
        <SiteFooter person={person} version={getVersion()} />
      </div>
    </LiveProvider>
  )
}
