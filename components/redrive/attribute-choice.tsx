'use client'
import { formatCount } from '#components/ui/format-count.ts'
import type { HealOffer, SeenAttribute } from '#lib/views/heal-offers.ts'

interface AttributeChoiceProps {
  readonly offer: HealOffer
  readonly chosen: readonly string[]
  readonly choose: (names: readonly string[]) => void
}

/** Which attributes are left out of what is sent. None is chosen for a person: they say it. */
export function AttributeChoice({ offer, chosen, choose }: AttributeChoiceProps) {
  if (offer.look === null)
    return (
      <p className="text-12 text-soft">
        Messages go as they are. To leave attributes out, look into the messages first: then they are listed here.
      </p>
    )
  if (offer.attributes.length === 0)
    return <p className="text-12 text-soft">The messages carry no attributes; they go as they are.</p>
  const toggle = (name: string, isChosen: boolean): void =>
    choose(isChosen ? [...chosen, name] : chosen.filter((each) => each !== name))
  return (
    <fieldset>
      <legend className="text-12 text-soft">Leave out of what is sent</legend>
      {offer.attributes.map((attribute) => (
        <label key={`${attribute.name} ${attribute.type}`} className="flex min-h-8 flex-wrap items-center gap-x-3">
          <input
            type="checkbox"
            className="size-4 shrink-0 accent-(--link)"
            checked={chosen.includes(attribute.name)}
            onChange={(event) => toggle(attribute.name, event.target.checked)}
          />
          <span className="font-mono font-medium [overflow-wrap:anywhere]">{attribute.name}</span>
          <span className="min-w-0 text-12 text-soft [overflow-wrap:anywhere]">{attributeWords(attribute)}</span>
        </label>
      ))}
    </fieldset>
  )
}

function attributeWords({ type, count, of, className }: SeenAttribute): string {
  const share = `${type}, on ${formatCount(count)} of ${formatCount(of)}`
  return className === null ? share : `${share}; names the class ${className}`
}
