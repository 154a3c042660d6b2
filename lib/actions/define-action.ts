import 'server-only'
import type { z } from 'zod'
import { getViewer } from '#lib/auth/viewer.ts'
import { runAction, type ActionDefinition, type ActionResult } from './run-action.ts'

/** A server action: what a component calls. `definition` is for other transports and for tests. */
export interface Action<Input extends z.ZodType, Data, Prepared = void> {
  (input: z.input<Input>): Promise<ActionResult<Data>>
  readonly definition: ActionDefinition<Input, Data, Prepared>
}

/** Makes a server action whose caller is the person of the request; a wallboard can do nothing. Export it from a file with 'use server'. */
export function defineAction<Input extends z.ZodType, Data, Prepared = void>(
  definition: ActionDefinition<Input, Data, Prepared>,
): Action<Input, Data, Prepared> {
  const action = async (input: z.input<Input>): Promise<ActionResult<Data>> =>
    runAction(definition, await getViewer(), input)
  return Object.assign(action, { definition })
}
