'use server'
import { z } from 'zod'
import { getSettings } from '#lib/config/load-settings.ts'
import { incidentName } from '#lib/domain/incident.ts'
import { resyncName } from '#lib/domain/resync.ts'
import { startResync as start } from '#lib/redrive/resync-start.ts'
import { getIncident } from '#lib/store/incidents.ts'
import { defineAction } from './define-action.ts'

/** Asks again for the data of everybody whom an incident left without their e-mail. */
export const startResync = defineAction({
  name: 'start-resync',
  role: 'operator',
  input: z.strictObject({ incident: z.number().int().positive() }),
  detail: ({ incident }) => ({ incident: incidentName(incident) }),
  run: async ({ incident }, { tx, person, nowMs, touch }) => {
    await getIncident(tx, incident)
    const started = await start(tx, { incident, by: person.name, nowMs }, getSettings())
    touch('incidents', `incident:${incident}`)
    return { id: started.id, name: resyncName(started.id), people: started.people }
  },
})
