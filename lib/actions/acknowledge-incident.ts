'use server'
import { z } from 'zod'
import { getSettings } from '#lib/config/load-settings.ts'
import { incidentName } from '#lib/domain/incident.ts'
import { acknowledge } from '#lib/incidents/acknowledge.ts'
import { defineAction } from './define-action.ts'

/** Says that the person takes care of an incident. One of two who do so at once is told who was faster. */
export const acknowledgeIncident = defineAction({
  name: 'acknowledge-incident',
  role: 'responder',
  input: z.strictObject({ number: z.number().int().positive() }),
  detail: ({ number }) => ({ incident: incidentName(number) }),
  run: async ({ number }, { tx, person, nowMs, touch }) => {
    const context = { settings: getSettings(), nowMs }
    const incident = await acknowledge(tx, { number, by: person.name }, context)
    touch('incidents', `incident:${number}`)
    return { incident: incidentName(number), acknowledgedBy: incident.acknowledgedBy }
  },
})
