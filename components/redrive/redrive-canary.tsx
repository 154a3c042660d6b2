import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { firstWords, type MessageFate, type RedriveState } from '#lib/domain/redrive.ts'
import type { Truth } from '#lib/domain/truth.ts'
import type { RedrivePage } from '#lib/views/redrive/contract.ts'

const TRUTHS: Readonly<Record<MessageFate, Truth>> = { consumed: 'ok', 'came-back': 'bad', unknown: 'unknown' }

/** The messages that go first, and the evidence that decided about the rest. */
export function RedriveCanary({ data }: { readonly data: RedrivePage }) {
  const { canary, canaryMessages } = data
  const count = canary?.messages.length ?? canaryMessages
  return (
    <Part title={count === 1 ? 'The first message' : `The first ${count} messages`}>
      <div className="border-t border-strong">
        {canary === null ? (
          <p className="border-b border-rule py-2.5 text-soft">{noneWords(data)}</p>
        ) : (
          <div className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-3 border-b border-rule py-2.5">
            <span className="flex h-6 items-center">
              <StateMark truth={TRUTHS[canary.fate]} />
            </span>
            <div>
              <p className="text-16 font-medium">{fateWords(canary)}</p>
              <p className="mt-0.5">{canary.evidence ?? 'Nothing has shown yet what became of it.'}</p>
              <First messages={canary.messages} />
            </div>
          </div>
        )}
      </div>
    </Part>
  )
}

const OVER: readonly RedriveState[] = ['stopped', 'done', 'verifying']

function noneWords({ state, canaryMessages }: Pick<RedrivePage, 'state' | 'canaryMessages'>): string {
  if (OVER.includes(state)) return 'None was picked up.'
  const goes = canaryMessages === 1 ? 'goes' : 'go'
  const fate =
    canaryMessages === 1
      ? 'there is evidence that the consumer processed it'
      : 'there is evidence that the consumer processed each of them'
  return `None was picked up yet. ${capital(firstWords(canaryMessages))} ${goes} first; the others follow only when ${fate}. Time alone is none.`
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

type Canary = NonNullable<RedrivePage['canary']>

function fateWords({
  fate,
  consumed,
  messages: { length: count },
}: Pick<Canary, 'fate' | 'consumed' | 'messages'>): string {
  if (fate === 'consumed') return count === 1 ? 'It was consumed.' : `All ${count} were consumed.`
  if (fate === 'came-back') return count === 1 ? 'It came back.' : 'At least one came back.'
  if (consumed > 0)
    return `${consumed} of ${count} ${consumed === 1 ? 'is' : 'are'} known to be consumed, the others not yet.`
  return count === 1 ? 'Its fate is not known yet.' : `The fate of all ${count} is not known yet.`
}

type FirstMessage = Canary['messages'][number]

/** So many are shown; the others are counted. */
const MOST_SHOWN = 10

function First({ messages }: { readonly messages: readonly FirstMessage[] }) {
  return (
    <ul className="mt-1 text-12 text-soft">
      {messages.slice(0, MOST_SHOWN).map(({ messageId, sentMs, hasComeBack }) => (
        <li key={messageId}>
          {sentMs === null ? (
            'not sent yet'
          ) : (
            <>
              sent at <Time atMs={sentMs} />
            </>
          )}
          {hasComeBack ? ', came back' : ''} · <span className="font-mono [overflow-wrap:anywhere]">{messageId}</span>
        </li>
      ))}
      {messages.length > MOST_SHOWN ? <li>and {messages.length - MOST_SHOWN} more</li> : null}
    </ul>
  )
}
