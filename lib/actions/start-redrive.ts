'use server'
import { z } from 'zod'
import { getEnv } from '#lib/config/env.ts'
import { getSettings } from '#lib/config/load-settings.ts'
import { redriveName } from '#lib/domain/redrive.ts'
import { CHECK_IDS } from '#lib/domain/redrive-preflight.ts'
import { askAboutQueues } from '#lib/redrive/ask-about-queues.ts'
import { askForPerson } from '#lib/redrive/ask-for-person.ts'
import { checkStart } from '#lib/redrive/check-start.ts'
import { startRedrive as start } from '#lib/redrive/start.ts'
import { topicsOf } from '#lib/redrive/tell-incident.ts'
import { addCalls } from '#lib/store/api-calls.ts'
import { withStore } from '#lib/store/outage.ts'
import { findQueueArn } from '#lib/store/queues.ts'
import { getRedrive, lockRedrive } from '#lib/store/redrives.ts'
import { defineAction } from './define-action.ts'
import { MOST_NAME_LETTERS } from '#lib/domain/queue.ts'

/** Starts a planned redrive: the first messages, then the rest. Of two people who do so at once one wins, and the other is told who. */
export const startRedrive = defineAction({
  name: 'start-redrive',
  role: 'operator',
  input: z.strictObject({
    id: z.number().int().positive(),
    /** Checks of the preflight that ask, and that the person accepts. */
    accepts: z.array(z.enum(CHECK_IDS)).max(CHECK_IDS.length).default([]),
    /** The name of the source queue, where many messages are moved. */
    typed: z.string().max(MOST_NAME_LETTERS).nullable().default(null),
  }),
  detail: ({ id, accepts }) => ({
    redrive: redriveName(id),
    ...(accepts.length === 0 ? {} : { accepts: accepts.join(' ') }),
  }),
  prepare: async ({ id }) => {
    const { plan, arn } = await withStore(async ({ orm }) => {
      const found = await getRedrive(orm, id)
      return { plan: found, arn: await findQueueArn(orm, found.sourceUrl) }
    })
    if (plan.state !== 'planned') return null
    const queues = {
      sourceUrl: plan.sourceUrl,
      sourceArn: plan.mode === 'in-place' ? null : arn,
      destinationUrl: plan.destinationUrl,
    }
    return askForPerson({ env: getEnv(), settings: getSettings() }, (access) => askAboutQueues(access, queues))
  },
  run: async ({ id, accepts, typed }, { tx, person, nowMs, touch }, asked) => {
    if (asked !== null) await addCalls(tx, asked.calls, nowMs)
    const plan = await lockRedrive(tx, id)
    const consent = { accepts, typed }
    // What is no plan any more is told so by the start itself, with who was faster.
    if (plan.state === 'planned')
      await checkStart(tx, plan, { consent, queues: asked?.answer ?? null, settings: getSettings(), nowMs })
    const run = await start(tx, id, { by: person.name, nowMs, accepts })
    touch(...topicsOf(run))
    return { id, name: redriveName(id), state: run.state }
  },
})
