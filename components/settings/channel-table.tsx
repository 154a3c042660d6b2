import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Since } from '#components/ui/time.tsx'
import type { Truth } from '#lib/domain/truth.ts'
import type { SettingsPage } from '#lib/views/settings/contract.ts'

type Channel = SettingsPage['channels'][number]

const TRUTHS: Readonly<Record<Channel['state'], Truth>> = { ok: 'ok', failing: 'bad', 'not-configured': 'unknown' }
const WORDS: Readonly<Record<Channel['state'], string>> = {
  ok: 'connected',
  failing: 'does not take messages',
  'not-configured': 'not connected',
}

/** Where people are told, and what could not be told yet. */
export function ChannelTable({ channels }: Pick<SettingsPage, 'channels'>) {
  return (
    <Part title="Where people are told">
      <ul className="border-t border-strong">
        {channels.map((channel) => (
          <li
            key={channel.id}
            id={`channel-${channel.id}`}
            className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-3 gap-y-0.5 border-b border-rule py-2 md:grid-cols-[1rem_15rem_14rem_minmax(0,1fr)]"
          >
            <span className="flex h-5 items-center">
              <StateMark truth={TRUTHS[channel.state]} />
            </span>
            <span className="font-medium">{channel.title}</span>
            <span className="col-start-2 text-soft md:col-start-auto">
              {WORDS[channel.state]}
              {channel.state === 'failing' ? (
                <>
                  {' '}
                  <Since atMs={channel.sinceMs} />
                </>
              ) : null}
            </span>
            <span className="col-start-2 min-w-0 text-ink [overflow-wrap:anywhere] md:col-start-auto">
              {channel.message}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  )
}
