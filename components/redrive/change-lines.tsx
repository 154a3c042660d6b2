'use client'
import { Button } from '#components/ui/button.tsx'
import type { ChangeLine } from './plan-choices.ts'

interface ChangeLinesProps {
  readonly lines: readonly ChangeLine[]
  readonly change: (lines: readonly ChangeLine[]) => void
}

/** What is done to the attributes of each message, in this order. */
export function ChangeLines({ lines, change }: ChangeLinesProps) {
  const setAt = (at: number, given: Partial<ChangeLine>): void =>
    change(lines.map((line, index) => (index === at ? { ...line, ...given } : line)))
  const add = (kind: ChangeLine['kind']): void => change([...lines, { kind, name: '', text: '', type: 'String' }])
  return (
    <div className="space-y-2">
      {lines.map((line, at) => (
        // Lines have no name of their own and only the last is added.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={at} className="flex flex-wrap items-center gap-2">
          <span className="text-soft">{line.kind === 'rename-attribute' ? 'Rename' : 'Set'}</span>
          <input
            aria-label="Name of the attribute"
            className="field w-48! font-mono"
            value={line.name}
            onChange={({ target }) => setAt(at, { name: target.value })}
          />
          {line.kind === 'set-attribute' ? (
            <input
              aria-label="Its type: String, Number or Binary, perhaps with a label such as Number.int"
              className="field w-28! font-mono"
              value={line.type}
              onChange={({ target }) => setAt(at, { type: target.value })}
            />
          ) : null}
          <span className="text-soft">to</span>
          <input
            aria-label={line.kind === 'rename-attribute' ? 'Its new name' : 'Its value; base64 of a binary one'}
            className="field w-48! font-mono"
            value={line.text}
            onChange={({ target }) => setAt(at, { text: target.value })}
          />
          <Button onClick={() => change(lines.filter((_, index) => index !== at))}>Drop</Button>
        </div>
      ))}
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => add('rename-attribute')}>Rename an attribute</Button>
        <Button onClick={() => add('set-attribute')}>Set an attribute</Button>
      </div>
    </div>
  )
}
