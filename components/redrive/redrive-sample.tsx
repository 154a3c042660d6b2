import { Part } from '#components/ui/part.tsx'
import type { MaskedMessage } from '#lib/domain/message-shape.ts'
import type { RedrivePage } from '#lib/views/redrive/contract.ts'

interface RedriveSampleProps {
  readonly sample: NonNullable<RedrivePage['sample']>
  readonly removed: readonly string[]
}

/** One real message of the queue as it lies there and as it would be sent; values are hidden. */
export function RedriveSample({ sample, removed }: RedriveSampleProps) {
  return (
    <Part title="A message before and after" aside="a real one; values are hidden">
      <div className="grid gap-x-16 gap-y-6 border-t border-strong pt-3 lg:grid-cols-2">
        <Message title="As it is" message={sample.before} removed={removed} />
        <Message title="As it is sent" message={sample.after} removed={[]} />
      </div>
      <details className="mt-3">
        <summary className="min-h-6 text-link">The body, which stays as it is</summary>
        <pre className="mt-2 bg-sunk p-3 font-mono text-12 [overflow-wrap:anywhere] whitespace-pre-wrap">
          {sample.before.body}
        </pre>
      </details>
    </Part>
  )
}

interface MessageProps {
  readonly title: string
  readonly message: MaskedMessage
  readonly removed: readonly string[]
}

function Message({ title, message, removed }: MessageProps) {
  return (
    <div>
      <h3 className="text-12 text-soft">{title}</h3>
      {message.attributes.length === 0 ? <p className="py-1.5 text-soft">no message attributes</p> : null}
      <ul>
        {message.attributes.map(({ name, type, value }) => {
          const isRemoved = removed.includes(name)
          return (
            <li key={name} className="flex flex-wrap gap-x-3 border-b border-rule py-1.5 font-mono text-12">
              {isRemoved ? <del className="text-heal">{name}</del> : <span className="font-semibold">{name}</span>}
              <span className="text-soft">{type}</span>
              <span className={`min-w-0 [overflow-wrap:anywhere] ${isRemoved ? 'text-soft line-through' : ''}`}>
                {value}
              </span>
              {isRemoved ? <span className="font-sans text-heal">is removed</span> : null}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
