'use client'
import type { ReactNode } from 'react'
import { useReader } from '#components/shell/reader.tsx'
import { Button } from '#components/ui/button.tsx'
import { formatCounted } from '#components/ui/format-count.ts'
import type { HealOffer } from '#lib/views/heal-offers.ts'
import { ChangeLines } from './change-lines.tsx'
import { ConditionLines } from './condition-lines.tsx'
import { NumberField } from './number-field.tsx'
import type { PlanChoices } from './plan-choices.ts'

interface PlanChoiceFieldsProps {
  readonly offer: HealOffer
  readonly choices: PlanChoices
  readonly choose: (choices: PlanChoices) => void
  readonly close: () => void
}

/** Which messages, where to, changed how: what most plans leave as it is. Loaded when it is opened. */
export function PlanChoiceFields({ offer, choices, choose, close }: PlanChoiceFieldsProps) {
  const { timeZone } = useReader()
  const set = (change: Partial<PlanChoices>): void => choose({ ...choices, ...change })
  return (
    <div className="space-y-4 border-l-2 border-strong ps-4">
      <Choice title="Only messages">
        <div className="flex flex-wrap items-end gap-x-6 gap-y-3">
          <Groups offer={offer} group={choices.group} choose={(group) => set({ group })} />
          <Moment label={`sent from (${timeZone})`} value={choices.sentFrom} change={(sentFrom) => set({ sentFrom })} />
          <Moment
            label={`sent before (${timeZone})`}
            value={choices.sentBefore}
            change={(sentBefore) => set({ sentBefore })}
          />
        </div>
        <ConditionLines lines={choices.conditions} change={(conditions) => set({ conditions })} />
        <Text
          label="with these message ids, and no others"
          value={choices.messageIds}
          change={(messageIds) => set({ messageIds })}
        />
      </Choice>
      <Choice title="Changed on their way, after what is left out">
        <ChangeLines lines={choices.changes} change={(changes) => set({ changes })} />
        <Text
          label='JSON Patch of the body (RFC 6902), e.g. [{"op":"remove","path":"/a"}]'
          value={choices.patch}
          change={(patch) => set({ patch })}
        />
      </Choice>
      <Choice title="The rest">
        <div className="flex flex-wrap items-end gap-x-6 gap-y-3">
          {offer.mode === 'in-place' ? null : (
            <Line
              label="to another queue, by name"
              placeholder="back to where they came from"
              value={choices.otherQueue}
              change={(otherQueue) => set({ otherQueue })}
            />
          )}
          <NumberField
            label="Messages tried first"
            placeholder="1"
            value={choices.canaryMessages}
            most={100}
            change={(canaryMessages) => set({ canaryMessages })}
          />
          <Line
            label="Why, for the history"
            placeholder="e.g. consumer mended in 4.2"
            value={choices.purpose}
            change={(purpose) => set({ purpose })}
          />
        </div>
      </Choice>
      {offer.mode === 'in-place' ? null : (
        <label className="flex items-start gap-3">
          <input
            type="checkbox"
            className="mt-1 size-4 shrink-0 accent-(--link)"
            checked={choices.isByTask}
            onChange={({ target }) => set({ isByTask: target.checked })}
          />
          <span>
            Let SQS move them by its own task
            <span className="block text-12 text-soft">
              All of them as they are, none tried first; it cannot be paused, a cancel is not immediate, and which
              messages it moved SQS does not tell.
            </span>
          </span>
        </label>
      )}
      <Button onClick={close}>Take all, as they are</Button>
    </div>
  )
}

interface GroupsProps {
  readonly offer: HealOffer
  readonly group: string
  readonly choose: (fingerprint: string) => void
}

/** Groups of messages that look alike, as the latest look saw them; nothing without a look. */
function Groups({ offer, group, choose }: GroupsProps) {
  if (offer.groups.length === 0) return null
  return (
    <label className="text-12 text-soft">
      of the group
      <select className="field mt-1 text-14 text-ink" value={group} onChange={({ target }) => choose(target.value)}>
        <option value="">any</option>
        {offer.groups.map(({ fingerprint, name, count }) => (
          <option key={fingerprint} value={fingerprint}>
            {name}, {formatCounted(count, 'message')} of the look
          </option>
        ))}
      </select>
    </label>
  )
}

function Choice({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <fieldset className="space-y-3">
      <legend className="mb-1 font-medium">{title}</legend>
      {children}
    </fieldset>
  )
}

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly change: (text: string) => void
}

function Moment({ label, value, change }: FieldProps) {
  return (
    <label className="text-12 text-soft">
      {label}
      <input
        type="datetime-local"
        className="field mt-1 text-14 text-ink"
        value={value}
        onChange={({ target }) => change(target.value)}
      />
    </label>
  )
}

function Line({ label, placeholder, value, change }: FieldProps & { readonly placeholder: string }) {
  return (
    <label className="min-w-56 flex-1 text-12 text-soft">
      {label}
      <input
        className="field mt-1 text-14 text-ink"
        placeholder={placeholder}
        maxLength={500}
        value={value}
        onChange={({ target }) => change(target.value)}
      />
    </label>
  )
}

function Text({ label, value, change }: FieldProps) {
  return (
    <label className="block text-12 text-soft">
      {label}
      <textarea
        rows={2}
        spellCheck={false}
        className="field mt-1 font-mono text-12 text-ink"
        value={value}
        onChange={({ target }) => change(target.value)}
      />
    </label>
  )
}
