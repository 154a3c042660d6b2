import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import type { MaskedMessage, MessageAttribute } from '#lib/domain/message-shape.ts'
import type { RedriveTransform } from '#lib/domain/redrive-transform.ts'
import type { RedrivePage, ShownSample } from '#lib/views/redrive/contract.ts'

interface RedriveSamplesProps {
  readonly samples: RedrivePage['samples']
  readonly transform: RedriveTransform
}

/** Real messages of the queue as they lie there and as they would be sent, one of each shape that was read; values are hidden. */
export function RedriveSamples({ samples, transform }: RedriveSamplesProps) {
  return (
    <Part
      title="A message before and after"
      aside={`${samples.length === 1 ? 'a real one' : `${samples.length} real ones, one of each shape`}; values are hidden`}
    >
      <div className="space-y-6">
        {samples.map((sample, at) => (
          // They have no name of their own, and the list never changes.
          // oxlint-disable-next-line react/no-array-index-key
          <div key={at} className="border-t border-strong pt-3">
            <Sample sample={sample} transform={transform} />
          </div>
        ))}
      </div>
    </Part>
  )
}

function Sample({ sample, transform }: { readonly sample: ShownSample; readonly transform: RedriveTransform }) {
  const { before, after, problem } = sample
  const isPatched = transform.some(({ kind }) => kind === 'patch-body')
  return (
    <>
      <div className="grid gap-x-16 gap-y-6 lg:grid-cols-2">
        <Attributes title="As it is" message={before} other={after} change="is removed" />
        {after === null ? (
          <p className="flex items-start gap-2 text-bad">
            <StateMark truth="bad" />
            <span>It cannot be sent as planned and would be left where it is. {problem}</span>
          </p>
        ) : (
          <Attributes title="As it is sent" message={after} other={before} change="is added" set={setBy(transform)} />
        )}
      </div>
      <details className="mt-3" open={isPatched}>
        <summary className="min-h-6 text-link">
          {isPatched ? 'The body before and after' : 'The body, which stays as it is'}
        </summary>
        <div className={`mt-2 grid gap-x-16 gap-y-3 ${isPatched && after !== null ? 'lg:grid-cols-2' : ''}`}>
          <Body body={before.body} other={isPatched ? (after?.body ?? null) : null} mark="text-soft line-through" />
          {isPatched && after !== null ? (
            <Body body={after.body} other={before.body} mark="font-semibold text-heal" />
          ) : null}
        </div>
      </details>
    </>
  )
}

function setBy(transform: RedriveTransform): readonly string[] {
  return transform.flatMap((step) => (step.kind === 'set-attribute' ? [step.name] : []))
}

interface BodyProps {
  readonly body: string
  /** The other side; null where there is none to compare with. */
  readonly other: string | null
  /** How a line that the other side lacks is shown. */
  readonly mark: string
}

function Body({ body, other, mark }: BodyProps) {
  const lines = new Set((other ?? body).split('\n').map(withoutComma))
  return (
    <pre className="bg-sunk p-3 font-mono text-12 [overflow-wrap:anywhere] whitespace-pre-wrap">
      {body.split('\n').map((line, at) => (
        // Lines may be alike, and the text never changes.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={at} className={lines.has(withoutComma(line)) ? '' : mark}>
          {line}
          {'\n'}
        </span>
      ))}
    </pre>
  )
}

/** A line that is last on one side only differs by its comma. */
function withoutComma(line: string): string {
  return line.endsWith(',') ? line.slice(0, -1) : line
}

interface AttributesProps {
  readonly title: string
  readonly message: MaskedMessage
  readonly other: MaskedMessage | null
  /** What is said of an attribute that the other side lacks. */
  readonly change: 'is removed' | 'is added'
  /** Attributes to which the plan gives a value. */
  readonly set?: readonly string[]
}

function Attributes({ title, message, other, change, set = [] }: AttributesProps) {
  const others = new Set(other?.attributes.map(({ name }) => name) ?? message.attributes.map(({ name }) => name))
  return (
    <div>
      <h3 className="text-12 text-soft">{title}</h3>
      {message.attributes.length === 0 ? <p className="py-1.5 text-soft">no message attributes</p> : null}
      <ul>
        {message.attributes.map((attribute) => (
          <AttributeLine
            key={attribute.name}
            attribute={attribute}
            change={!others.has(attribute.name) ? change : set.includes(attribute.name) ? 'is set' : null}
          />
        ))}
      </ul>
    </div>
  )
}

interface AttributeLineProps {
  readonly attribute: MessageAttribute
  readonly change: AttributesProps['change'] | 'is set' | null
}

function AttributeLine({ attribute: { name, type, value }, change }: AttributeLineProps) {
  const isRemoved = change === 'is removed'
  return (
    <li className="flex flex-wrap gap-x-3 border-b border-rule py-1.5 font-mono text-12">
      {isRemoved ? <del className="text-heal">{name}</del> : <span className="font-semibold">{name}</span>}
      <span className="text-soft">{type}</span>
      <span className={`min-w-0 [overflow-wrap:anywhere] ${isRemoved ? 'text-soft line-through' : ''}`}>{value}</span>
      {change === null ? null : <span className="font-sans text-heal">{change}</span>}
    </li>
  )
}
