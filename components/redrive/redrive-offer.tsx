'use client'
import { useRouter } from 'next/navigation'
import { lazy, Suspense, useId, useState } from 'react'
import { useReader } from '#components/shell/reader.tsx'
import { ActionProblem } from '#components/ui/action-problem.tsx'
import { Button } from '#components/ui/button.tsx'
import { formatCounted } from '#components/ui/format-count.ts'
import { roleReason } from '#components/ui/role-reason.ts'
import { useAction } from '#components/ui/use-action.ts'
import { planRedrive } from '#lib/actions/plan-redrive.ts'
import { firstWords } from '#lib/domain/redrive.ts'
import type { Role } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'
import type { HealOffer } from '#lib/views/heal-offers.ts'
import { AttributeChoice } from './attribute-choice.tsx'
import { NumberField } from './number-field.tsx'
import { chosenPlan, NO_CHOICES, PLAN_LABELS, type PlanChoices } from './plan-choices.ts'
import { RedriveLine } from './redrive-line.tsx'

/** Opened seldom, so it is no part of the page's first load. */
const PlanChoiceFields = lazy(async () => {
  const loaded = await import('./plan-choice-fields.tsx')
  return { default: loaded.PlanChoiceFields }
})

interface RedriveOfferProps {
  readonly offer: HealOffer
  /** Number of the incident that it heals; null from a queue's own page. */
  readonly incident: number | null
  readonly role: Role
}

/** Plans a redrive of one queue. Nothing moves by it: the plan is shown on a real message and started from there. */
export function RedriveOffer({ offer, incident, role }: RedriveOfferProps) {
  const router = useRouter()
  const [removed, setRemoved] = useState<readonly string[]>([])
  const [most, setMost] = useState<number | null>(null)
  const [perSecond, setPerSecond] = useState<number | null>(null)
  const [destination, setDestination] = useState(offer.destinations[0]?.name ?? null)
  const [choices, setChoices] = useState<PlanChoices | null>(null)
  const [misread, setMisread] = useState<string | null>(null)
  const planning = useAction(planRedrive)
  const reason = roleReason(role, 'operator')
  const { timeZone } = useReader()
  if (offer.active !== null) return <RedriveLine row={offer.active} />
  const plan = (): void => {
    const chosen = chosenPlan(choices ?? NO_CHOICES, timeZone)
    setMisread(typeof chosen === 'string' ? chosen : null)
    if (typeof chosen === 'string') return
    planning.run(
      {
        ...chosen,
        queue: offer.queue.name,
        destination: offer.mode === 'in-place' ? null : (chosen.destination ?? destination),
        // A look may have found others since the choice was made.
        removeAttributes: removed.filter((name) => offer.attributes.some((each) => each.name === name)),
        mostMessages: most,
        perSecond,
        incident,
      },
      ({ name }) => router.push(routes.redrive(name)),
    )
  }
  return (
    <form
      className="border-b border-rule py-3"
      onSubmit={(event) => {
        event.preventDefault()
        plan()
      }}
    >
      <p className="text-16 font-medium">{titleOf(offer)}</p>
      <p className="mt-0.5 text-soft">{roadWords(offer, choices?.canaryMessages ?? 1)}</p>
      <p className="mt-1 text-12 text-soft">
        It heals what is here now. New messages fail on until their reader, or their sender, is mended.
      </p>
      <fieldset disabled={reason !== null} className="mt-3 space-y-3">
        <AttributeChoice offer={offer} chosen={removed} choose={setRemoved} />
        <MoreChoices offer={offer} choices={choices} choose={setChoices} />
        <div className="flex flex-wrap items-end gap-x-6 gap-y-3">
          <BackTo offer={offer} destination={destination} choose={setDestination} />
          <NumberField label="Messages at most" placeholder="all" value={most} change={setMost} most={1_000_000} />
          <NumberField
            label="Messages a second"
            placeholder="as set"
            value={perSecond}
            change={setPerSecond}
            most={500}
          />
          <Button type="submit" isDisabled={reason !== null} isBusy={planning.isBusy}>
            {planning.isBusy ? 'Planning' : 'Plan the redrive'}
          </Button>
        </div>
      </fieldset>
      <p className="mt-2 text-12 text-soft">
        {reason ?? 'The plan shows a real message before and after. Nothing moves until it is started.'}
      </p>
      <ActionProblem problem={(choices === null ? null : misread) ?? planning.problem} labels={PLAN_LABELS} />
    </form>
  )
}

interface MoreChoicesProps {
  readonly offer: HealOffer
  /** Null while none of it is open. */
  readonly choices: PlanChoices | null
  readonly choose: (choices: PlanChoices | null) => void
}

function MoreChoices({ offer, choices, choose }: MoreChoicesProps) {
  if (choices === null)
    return (
      <Button onClick={() => choose(NO_CHOICES)}>
        {offer.mode === 'in-place' ? 'Choose messages or change them' : 'Choose messages, changes, another queue'}
      </Button>
    )
  return (
    <Suspense fallback={<p className="text-soft">One moment</p>}>
      <PlanChoiceFields offer={offer} choices={choices} choose={choose} close={() => choose(null)} />
    </Suspense>
  )
}

interface BackToProps {
  readonly offer: HealOffer
  readonly destination: string | null
  readonly choose: (name: string) => void
}

/** Of a dead-letter queue that several queues share: the one whose messages go back. */
function BackTo({ offer, destination, choose }: BackToProps) {
  const id = useId()
  if (offer.destinations.length < 2) return null
  return (
    <label htmlFor={id} className="text-12 text-soft">
      Back to
      <select
        id={id}
        className="field mt-1 text-ink"
        value={destination ?? ''}
        onChange={(event) => choose(event.target.value)}
      >
        {offer.destinations.map(({ name, label }) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
    </label>
  )
}

function titleOf({ mode, queue, waiting }: HealOffer): string {
  const count = waiting === null ? 'the messages' : formatCounted(waiting, 'message')
  return mode === 'in-place' ? `Redrive ${count} of ${queue.label} in place` : `Redrive ${count} from ${queue.label}`
}

function roadWords({ mode, destinations }: HealOffer, canaryMessages: number): string {
  const known = canaryMessages === 1 ? 'it is known to be processed' : 'all of them are known to be processed'
  const words = `${firstWords(canaryMessages)} first; the rest when ${known}.`
  if (mode === 'in-place')
    return `There is no dead-letter queue: each message is received, sent to the same queue again, and only then deleted; ${words}`
  const [first, ...others] = destinations
  return others.length === 0
    ? `Back to ${first?.label ?? 'where they came from'}, ${words}`
    : `Back to one of the queues that they came from, ${words}`
}
