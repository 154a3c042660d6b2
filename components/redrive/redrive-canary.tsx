import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import type { MessageFate } from '#lib/domain/redrive.ts'
import type { Truth } from '#lib/domain/truth.ts'
import type { RedrivePage } from '#lib/views/redrive/contract.ts'

const TRUTHS: Readonly<Record<MessageFate, Truth>> = { consumed: 'ok', 'came-back': 'bad', unknown: 'unknown' }
const WORDS: Readonly<Record<MessageFate, string>> = {
  consumed: 'It was consumed.',
  'came-back': 'It came back.',
  unknown: 'Its fate is not known yet.',
}

/** The one message that goes first, and the evidence that decided about the rest. */
export function RedriveCanary({ data }: { readonly data: RedrivePage }) {
  const { canary } = data
  return (
    <Part title="The first message">
      <div className="border-t border-strong">
        {canary === null ? (
          <p className="border-b border-rule py-2.5 text-soft">
            None was picked up yet. One message goes first; the others follow only when there is evidence that the
            consumer processed it. Time alone is none.
          </p>
        ) : (
          <div className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-3 border-b border-rule py-2.5">
            <span className="flex h-6 items-center">
              <StateMark truth={TRUTHS[canary.fate]} />
            </span>
            <div>
              <p className="text-16 font-medium">{WORDS[canary.fate]}</p>
              <p className="mt-0.5">{canary.evidence ?? 'Nothing has shown yet what became of it.'}</p>
              <p className="mt-1 text-12 text-soft">
                {canary.sentMs === null ? (
                  'not sent yet'
                ) : (
                  <>
                    sent at <Time atMs={canary.sentMs} />
                  </>
                )}{' '}
                · <span className="font-mono [overflow-wrap:anywhere]">{canary.messageId}</span>
              </p>
            </div>
          </div>
        )}
      </div>
    </Part>
  )
}
