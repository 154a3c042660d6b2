'use server'
import { z } from 'zod'
import { getSettings } from '#lib/config/load-settings.ts'
import { incidentName } from '#lib/domain/incident.ts'
import { resolve } from '#lib/incidents/resolve.ts'
import { defineAction } from './define-action.ts'

const MOST_CHARACTERS = 500

/** Ends an incident by the person's word and with their reason, whatever the evidence says. */
export const resolveIncident = defineAction({
  name: 'resolve-incident',
  role: 'responder',
  input: z.strictObject({
    number: z.number().int().positive(),
    reason: z.string().trim().min(1, 'is empty; say why it is over').max(MOST_CHARACTERS),
  }),
  detail: ({ number, reason }) => ({ incident: incidentName(number), characters: reason.length }),
  run: async ({ number, reason }, { tx, person, nowMs, touch }) => {
    await resolve(tx, { number, by: person.name, reason }, { settings: getSettings(), nowMs })
    touch('incidents', `incident:${number}`)
    return { incident: incidentName(number) }
  },
})
