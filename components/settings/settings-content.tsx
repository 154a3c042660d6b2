import Link from 'next/link'
import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { routes } from '#lib/domain/routes.ts'
import type { Role } from '#lib/domain/role.ts'
import type { SettingsPage } from '#lib/views/settings/contract.ts'
import { CallTable } from './call-table.tsx'
import { ChannelTable } from './channel-table.tsx'
import { SettingTable } from './setting-table.tsx'
import { SourceTable } from './source-table.tsx'
import { TokenTable } from './token-table.tsx'

interface SettingsContentProps {
  readonly data: SettingsPage
  readonly role: Role
}

/** How Spillway is set up, and where each value comes from. Read only, but for tokens. */
export function SettingsContent({ data, role }: SettingsContentProps) {
  return (
    <>
      {data.problems.length === 0 ? null : <Problems problems={data.problems} />}
      <SourceTable sources={data.sources} />
      <ChannelTable channels={data.channels} />
      <Detectors detectors={data.detectors} />
      <SettingTable
        title="spillway.yaml"
        aside={
          data.file === null ? (
            'There is no file: every value is the default'
          ) : (
            <span className="font-mono">{data.file}</span>
          )
        }
        rows={data.settings}
      />
      <SettingTable title="Environment" aside="Secrets are never shown" rows={data.environment} />
      <TokenTable tokens={data.tokens} role={role} />
      <CallTable calls={data.calls} beats={data.beats} />
      <p className="text-12 text-soft">
        Spillway {data.version}, {data.store === 'embedded' ? 'embedded store (PGlite)' : 'PostgreSQL'}
      </p>
    </>
  )
}

function Problems({ problems }: Pick<SettingsPage, 'problems'>) {
  return (
    <Part title="Not usable as it stands">
      <ul className="border-t border-strong">
        {problems.map((problem) => (
          <li key={problem} className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-3 border-b border-rule py-2">
            <span className="flex h-5 items-center">
              <StateMark truth="bad" />
            </span>
            <span className="[overflow-wrap:anywhere]">{problem}</span>
          </li>
        ))}
      </ul>
    </Part>
  )
}

function Detectors({ detectors }: Pick<SettingsPage, 'detectors'>) {
  return (
    <Part
      title="What is looked for"
      aside={
        <Link href={routes.backtest()} prefetch={false}>
          Try a rule on the past
        </Link>
      }
    >
      <dl className="border-t border-strong">
        {detectors.map((detector) => (
          <div key={detector.id} className="grid gap-x-6 border-b border-rule py-2 md:grid-cols-[16rem_minmax(0,1fr)]">
            <dt className="font-medium">
              {detector.title}
              <span className="block font-mono text-12 font-normal text-soft">{detector.id}</span>
            </dt>
            <dd className="max-w-[56rem] text-soft">{detector.rule}</dd>
          </div>
        ))}
      </dl>
    </Part>
  )
}
