'use client'
import { PageFrame } from '#components/shell/page-frame.tsx'
import type { Role } from '#lib/domain/role.ts'
import type { SettingsPage } from '#lib/views/settings/contract.ts'
import { useView } from '#lib/views/use-view.ts'
import { SettingsContent } from './settings-content.tsx'

interface SettingsViewProps {
  readonly initial: SettingsPage
  readonly role: Role
}

export function SettingsView({ initial, role }: SettingsViewProps) {
  const { data, loss } = useView('settings', {}, initial)
  return (
    <PageFrame base={data} loss={loss} place="Settings">
      <SettingsContent data={data} role={role} />
    </PageFrame>
  )
}
