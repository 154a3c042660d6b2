'use server'
import { z } from 'zod'
import { getSettings } from '#lib/config/load-settings.ts'
import { incidentName } from '#lib/domain/incident.ts'
import { resyncName } from '#lib/domain/resync.ts'
import { startPlannedResync, startResync as start } from '#lib/redrive/resync-start.ts'
import { getIncident } from '#lib/store/incidents.ts'
import { defineAction } from './define-action.ts'

const number = z.number().int().positive()

/** Asks again for the data of everybody whom an incident left without their e-mail, or of the people of a plan. */
export const startResync = defineAction({
  name: 'start-resync',
  role: 'operator',
  input: z.union([z.strictObject({ incident: number }), z.strictObject({ id: number })]),
  detail: (input) =>
    'incident' in input ? { incident: incidentName(input.incident) } : { resync: resyncName(input.id) },
  run: async (input, { tx, person, nowMs, touch }) => {
    if ('incident' in input) await getIncident(tx, input.incident)
    const started =
      'incident' in input
        ? await start(tx, { incident: input.incident, by: person.name, nowMs }, getSettings())
        : await startPlannedResync(tx, { id: input.id, by: person.name, nowMs }, getSettings())
    touch('resyncs')
    if (started.incident !== null) touch('incidents', `incident:${started.incident}`)
    return { id: started.id, name: resyncName(started.id), people: started.people }
  },
})
