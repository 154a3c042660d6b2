'use client'
import { Button } from '#components/ui/button.tsx'
import { CONDITION_TESTS } from '#lib/domain/redrive-selection.ts'
import type { ConditionLine } from './plan-choices.ts'

interface ConditionLinesProps {
  readonly lines: readonly ConditionLine[]
  readonly change: (lines: readonly ConditionLine[]) => void
}

const TEST_WORDS = { present: 'is there', absent: 'is not there', equals: 'is' } as const

/** What must hold of attributes and fields; all of it. */
export function ConditionLines({ lines, change }: ConditionLinesProps) {
  const setAt = (at: number, given: Partial<ConditionLine>): void =>
    change(lines.map((line, index) => (index === at ? { ...line, ...given } : line)))
  return (
    <div className="space-y-2">
      {lines.map((line, at) => (
        // Lines have no name of their own and only the last is added.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={at} className="flex flex-wrap items-center gap-2">
          <select
            aria-label="What it is about"
            className="field w-auto!"
            value={line.of}
            onChange={({ target }) => setAt(at, { of: target.value === 'fields' ? 'fields' : 'attributes' })}
          >
            <option value="attributes">whose attribute</option>
            <option value="fields">whose body field</option>
          </select>
          <input
            aria-label="Its name, or its path such as record.data.id"
            className="field w-48! font-mono"
            value={line.name}
            onChange={({ target }) => setAt(at, { name: target.value })}
          />
          <select
            aria-label="How it is told"
            className="field w-auto!"
            value={line.test}
            onChange={({ target }) =>
              setAt(at, { test: CONDITION_TESTS.find((each) => each === target.value) ?? 'present' })
            }
          >
            {CONDITION_TESTS.map((test) => (
              <option key={test} value={test}>
                {TEST_WORDS[test]}
              </option>
            ))}
          </select>
          {line.test === 'equals' ? (
            <input
              aria-label="The text that it is"
              className="field w-48! font-mono"
              value={line.value}
              onChange={({ target }) => setAt(at, { value: target.value })}
            />
          ) : null}
          <Button onClick={() => change(lines.filter((_, index) => index !== at))}>Drop</Button>
        </div>
      ))}
      {lines.length < 10 ? (
        <Button onClick={() => change([...lines, { of: 'attributes', name: '', test: 'present', value: '' }])}>
          Add a condition
        </Button>
      ) : null}
    </div>
  )
}
