'use client'
import { useId, useState } from 'react'
import { ActionProblem } from '#components/ui/action-problem.tsx'
import { Button } from '#components/ui/button.tsx'
import { Time } from '#components/ui/time.tsx'
import { useAction, type ActionHandle } from '#components/ui/use-action.ts'
import { approveRedrive } from '#lib/actions/approve-redrive.ts'
import type { CheckId } from '#lib/domain/redrive-preflight.ts'
import type { RedrivePage } from '#lib/views/redrive/contract.ts'

interface StartRedriveFormProps {
  readonly data: RedrivePage
  /** Name of the one who looks. */
  readonly reader: string
  readonly isAllowed: boolean
  /** Held by the page: who was too late hears it also when this form is gone. */
  readonly start: ActionHandle<StartInput, unknown>
}

interface StartInput {
  readonly id: number
  readonly accepts: CheckId[]
  readonly typed: string | null
}

/** The way from a plan to its start: what has to be accepted, who else is asked, and the name to type where many messages move. */
export function StartRedriveForm({ data, reader, isAllowed, start }: StartRedriveFormProps) {
  const { id, name, preflight, approval, isTyped, source, canaryMessages, way } = data
  const [accepts, setAccepts] = useState<readonly CheckId[]>([])
  const [typed, setTyped] = useState('')
  const asks = preflight.filter(({ state }) => state === 'asks')
  const blocked = preflight.find(({ state }) => state === 'blocks')
  const waits = whyNot(blocked?.title ?? null, {
    isApproved: approval === null || approval.given !== null,
    isAccepted: asks.every((check) => accepts.includes(check.id)),
    isNamed: !isTyped || typed === source.name,
  })
  return (
    <form
      className="w-full"
      onSubmit={(event) => {
        event.preventDefault()
        start.run({ id, accepts: [...accepts], typed: isTyped ? typed : null })
      }}
    >
      <fieldset disabled={!isAllowed} className="space-y-3">
        {asks.map((check) => (
          <label key={check.id} className="flex items-start gap-3">
            <input
              type="checkbox"
              className="mt-1 size-4 shrink-0 accent-(--link)"
              checked={accepts.includes(check.id)}
              onChange={({ target }) =>
                setAccepts(target.checked ? [...accepts, check.id] : accepts.filter((each) => each !== check.id))
              }
            />
            <span>
              <span className="font-medium">I accept this:</span> {check.text}
            </span>
          </label>
        ))}
        {isTyped ? <TypedName queue={source.name} typed={typed} type={setTyped} /> : null}
      </fieldset>
      {approval === null ? null : <Approval data={data} approval={approval} reader={reader} isAllowed={isAllowed} />}
      <div className="mt-3 flex flex-wrap items-center gap-3">
        <Button type="submit" isLead isDisabled={!isAllowed || waits !== null} isBusy={start.isBusy}>
          {way === 'move-task'
            ? `Start ${name}: SQS moves all of them`
            : `Start ${name} with ${canaryMessages === 1 ? 'one message' : `${canaryMessages} messages`}`}
        </Button>
        {isAllowed && waits !== null ? <span className="text-soft">{waits}</span> : null}
      </div>
    </form>
  )
}

function whyNot(
  blocked: string | null,
  is: { readonly isApproved: boolean; readonly isAccepted: boolean; readonly isNamed: boolean },
): string | null {
  if (blocked !== null) return `Something is in the way: see “${blocked}” below.`
  if (!is.isApproved) return 'It waits for a second person.'
  if (!is.isAccepted) return 'Accept first what is asked above.'
  return is.isNamed ? null : 'Type the name of the queue first.'
}

interface TypedNameProps {
  readonly queue: string
  readonly typed: string
  readonly type: (text: string) => void
}

function TypedName({ queue, typed, type }: TypedNameProps) {
  const id = useId()
  return (
    <label htmlFor={id} className="block max-w-[28rem] text-12 text-soft">
      It moves many messages: type <span className="font-mono text-ink">{queue}</span> to start it
      <input
        id={id}
        className="field mt-1 font-mono text-14 text-ink"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={({ target }) => type(target.value)}
      />
    </label>
  )
}

interface ApprovalProps extends Omit<StartRedriveFormProps, 'start'> {
  readonly approval: NonNullable<RedrivePage['approval']>
}

/** Who is asked, or who has approved it. The server decides anew who may. */
function Approval({ data: { id, name, plannedBy }, approval, reader, isAllowed }: ApprovalProps) {
  const approve = useAction(approveRedrive)
  if (approval.given !== null)
    return (
      <p className="mt-3">
        Approved by <span className="font-medium">{approval.given.by}</span> at <Time atMs={approval.given.atMs} />.
      </p>
    )
  const isOwn = plannedBy === reader
  return (
    <div className="mt-3">
      <p>
        {approval.words} {plannedBy} planned it, so any other operator or admin is asked to approve it.
        {isOwn ? ' You cannot approve your own plan: send them the address of this page.' : ''}
      </p>
      {isOwn ? null : (
        <p className="mt-2">
          <Button isDisabled={!isAllowed} isBusy={approve.isBusy} onClick={() => approve.run({ id })}>
            Approve {name}
          </Button>
        </p>
      )}
      <ActionProblem problem={approve.problem} />
    </div>
  )
}
