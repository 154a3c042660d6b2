'use server'
import { z } from 'zod'
import { getSettings } from '#lib/config/load-settings.ts'
import { redriveName } from '#lib/domain/redrive.ts'
import { actorOf } from '#lib/domain/viewer.ts'
import { approveRedrive as approve } from '#lib/redrive/approve.ts'
import { topicsOf } from '#lib/redrive/tell-incident.ts'
import { defineAction } from './define-action.ts'

/** Approves a plan of somebody else, where the settings ask for a second person. */
export const approveRedrive = defineAction({
  name: 'approve-redrive',
  role: 'operator',
  input: z.strictObject({ id: z.number().int().positive() }),
  detail: ({ id }) => ({ redrive: redriveName(id) }),
  run: async ({ id }, { tx, person, nowMs, touch }) => {
    const plan = await approve(tx, id, { by: person.name, actor: actorOf(person), nowMs, settings: getSettings() })
    touch(...topicsOf(plan))
    return { id, name: redriveName(id), approvedBy: person.name }
  },
})
