'use client'
import { useId, useState } from 'react'
import { ActionProblem } from '#components/ui/action-problem.tsx'
import { Button } from '#components/ui/button.tsx'
import { roleReason } from '#components/ui/role-reason.ts'
import { useAction } from '#components/ui/use-action.ts'
import { keepGoodSample } from '#lib/actions/keep-good-sample.ts'
import type { Role } from '#lib/domain/role.ts'
import type { QueueInside } from '#lib/views/queue-inside.ts'

interface GoodSampleProps {
  readonly inside: QueueInside
  readonly role: Role
}

/** A message that was processed well, for queues without a tap. Only what it looks like is kept. */
export function GoodSample({ inside: { sources }, role }: GoodSampleProps) {
  const id = useId()
  const [queue, setQueue] = useState(sources[0]?.name ?? '')
  const [attributes, setAttributes] = useState('')
  const [body, setBody] = useState('')
  const [isKept, setKept] = useState(false)
  const { isBusy, problem, run } = useAction(keepGoodSample)
  if (roleReason(role, 'operator') !== null) return null
  const kept = (): void => {
    setKept(true)
    setBody('')
    setAttributes('')
  }
  return (
    <details className="mt-2">
      <summary className="min-h-6 text-link">Keep a message that was processed well</summary>
      <form
        className="mt-2 max-w-[40rem] space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          run({ queue, attributes, body }, kept)
        }}
      >
        {sources.length < 2 ? null : (
          <label htmlFor={`${id}-queue`} className="block text-12 text-soft">
            Of
            <select
              id={`${id}-queue`}
              className="field mt-1 text-ink"
              value={queue}
              onChange={(event) => setQueue(event.target.value)}
            >
              {sources.map(({ name, label }) => (
                <option key={name} value={name}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        )}
        <label htmlFor={`${id}-attributes`} className="block text-12 text-soft">
          Attributes, one a line: name, type, value
          <textarea
            id={`${id}-attributes`}
            className="field mt-1 font-mono text-ink"
            rows={2}
            placeholder="contentType String application/json"
            value={attributes}
            onChange={(event) => setAttributes(event.target.value)}
          />
        </label>
        <label htmlFor={`${id}-body`} className="block text-12 text-soft">
          Body; only names and types of it are kept
          <textarea
            id={`${id}-body`}
            className="field mt-1 font-mono text-ink"
            rows={3}
            required
            value={body}
            onChange={(event) => setBody(event.target.value)}
          />
        </label>
        <Button type="submit" isDisabled={body.trim() === ''} isBusy={isBusy}>
          Keep what it looks like
        </Button>
        <output className="block">
          {isKept && problem === null ? 'Kept: groups are compared with it from now on.' : ''}
        </output>
        <ActionProblem problem={problem} />
      </form>
    </details>
  )
}
