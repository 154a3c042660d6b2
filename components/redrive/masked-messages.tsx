import { groupName } from '#lib/domain/message-group.ts'
import type { MaskedMessage } from '#lib/domain/message-shape.ts'

/** A message of a look, with its group and the way to what Sentry knows of its trace. */
export interface SeenMessage extends MaskedMessage {
  readonly fingerprint: string
  readonly traceHref: string | null
}

interface MaskedMessagesProps {
  /** One of each of the largest groups. */
  readonly messages: readonly SeenMessage[]
}

/** Real messages with their values hidden, one a group; the first is open. They are kept nowhere. */
export function MaskedMessages({ messages }: MaskedMessagesProps) {
  if (messages.length === 0) return <p className="mt-2 text-soft">Nothing could be received just now.</p>
  return (
    <div className="mt-3">
      <p className="text-12 text-soft">
        {messages.length === 1 ? 'One of them' : 'One of each group'}, values hidden; kept nowhere
      </p>
      <ol>
        {messages.map(({ fingerprint, attributes, body, traceHref }, at) => (
          <li key={fingerprint} className="min-w-0">
            <details open={at === 0}>
              <summary className="min-h-6 text-link">{groupName(fingerprint)}</summary>
              <pre className="bg-sunk p-3 font-mono text-12 [overflow-wrap:anywhere] whitespace-pre-wrap">
                {attributes.map(({ name, type, value }) => `${name} (${type}): ${value ?? ''}\n`).join('')}
                {attributes.length === 0 ? '' : '\n'}
                {body}
              </pre>
              {traceHref === null ? null : (
                <a href={traceHref} rel="noreferrer" target="_blank">
                  Issues of its trace in Sentry
                </a>
              )}
            </details>
          </li>
        ))}
      </ol>
    </div>
  )
}
