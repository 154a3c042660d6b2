'use client'
import { useId, useState } from 'react'
import { ActionProblem } from '#components/ui/action-problem.tsx'
import { Button } from '#components/ui/button.tsx'
import { focusFirst } from '#components/ui/focus-first.ts'
import { useAction } from '#components/ui/use-action.ts'
import { addIncidentNote } from '#lib/actions/add-incident-note.ts'

interface NoteFormProps {
  readonly number: number
  readonly close: () => void
}

/** A person's words for the story. What was typed stays until it is stored. */
export function NoteForm({ number, close }: NoteFormProps) {
  const id = useId()
  const [text, setText] = useState('')
  const { isBusy, problem, run } = useAction(addIncidentNote)
  return (
    <form
      className="mt-4 max-w-[40rem]"
      onSubmit={(event) => {
        event.preventDefault()
        run({ number, text }, close)
      }}
    >
      <label htmlFor={id} className="text-12 text-soft">
        Note for everybody who follows the incident; it is told in Slack too. Name no patient or trainee.
      </label>
      <textarea
        id={id}
        className="field mt-1"
        rows={3}
        maxLength={2000}
        required
        ref={focusFirst}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="mt-2 flex gap-3">
        <Button isLead type="submit" isDisabled={text.trim() === ''} isBusy={isBusy}>
          Add the note
        </Button>
        <Button onClick={close}>Leave it</Button>
      </div>
      <ActionProblem problem={problem} />
    </form>
  )
}
