'use server'
import { z } from 'zod'
import { getSettings } from '#lib/config/load-settings.ts'
import { incidentName } from '#lib/domain/incident.ts'
import { addNote } from '#lib/incidents/add-note.ts'
import { defineAction } from './define-action.ts'

const MOST_CHARACTERS = 2_000

/** Puts the person's words into an incident's timeline; everybody who follows the incident reads them. */
export const addIncidentNote = defineAction({
  name: 'add-incident-note',
  role: 'responder',
  input: z.strictObject({
    number: z.number().int().positive(),
    text: z.string().trim().min(1, 'is empty; write the note first').max(MOST_CHARACTERS),
  }),
  // The words stand in the timeline; they may name people, whom the audit leaves out.
  detail: ({ number, text }) => ({ incident: incidentName(number), characters: text.length }),
  run: async ({ number, text }, { tx, person, nowMs, touch }) => {
    await addNote(tx, { number, by: person.name, text }, { settings: getSettings(), nowMs })
    touch('incidents', `incident:${number}`)
    return { incident: incidentName(number) }
  },
})
