import { groupName } from '#lib/domain/message-group.ts'
import type { MaskedMessage } from '#lib/domain/message-shape.ts'

interface MaskedMessagesProps {
  readonly messages: readonly (MaskedMessage & { readonly fingerprint?: string })[]
}

/** A few real messages with their values hidden. They are kept nowhere. */
export function MaskedMessages({ messages }: MaskedMessagesProps) {
  if (messages.length === 0) return <p className="mt-2 text-soft">Nothing could be received just now.</p>
  return (
    <details className="mt-3" open>
      <summary className="min-h-6 text-link">
        {messages.length === 1 ? 'One of them' : `${messages.length} of them`}, values hidden; kept nowhere
      </summary>
      <ol className="mt-2 space-y-2">
        {messages.map((message, at) => (
          // They have no name of their own, and the list never changes.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={at} className="min-w-0">
            {message.fingerprint === undefined ? null : (
              <p className="mb-1 text-12 text-soft">One of {groupName(message.fingerprint)}</p>
            )}
            <pre className="bg-sunk p-3 font-mono text-12 [overflow-wrap:anywhere] whitespace-pre-wrap">
              {message.attributes.map(({ name, type, value }) => `${name} (${type}): ${value ?? ''}\n`).join('')}
              {message.attributes.length === 0 ? '' : '\n'}
              {message.body}
            </pre>
          </li>
        ))}
      </ol>
    </details>
  )
}
