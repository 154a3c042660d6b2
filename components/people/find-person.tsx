'use client'
import { useRouter } from 'next/navigation'
import { useId, useState } from 'react'
import { ActionProblem } from '#components/ui/action-problem.tsx'
import { useAction } from '#components/ui/use-action.ts'
import { findPerson } from '#lib/actions/find-person.ts'
import { hasRole, type Role } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'

/** For operators: from a reference to the person. The reference stands in no address. */
export function FindPerson({ role }: { readonly role: Role }) {
  const id = useId()
  const router = useRouter()
  const [ref, setRef] = useState('')
  const { isBusy, problem, run } = useAction(findPerson)
  if (!hasRole(role, 'operator')) return null
  return (
    <form
      className="max-w-[28rem]"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        run({ ref }, ({ key }) => router.push(routes.person(key)))
      }}
    >
      <label htmlFor={id} className="text-12 text-soft">
        Find a person by their reference; that you looked is recorded
      </label>
      <div className="mt-0.5 flex gap-3">
        <input
          id={id}
          className="field font-mono"
          value={ref}
          maxLength={200}
          inputMode="text"
          onChange={(event) => setRef(event.target.value)}
        />
        <button type="submit" className="button" disabled={isBusy || ref.trim() === ''}>
          Find
        </button>
      </div>
      <ActionProblem problem={problem} />
    </form>
  )
}
