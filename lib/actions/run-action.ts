import 'server-only'
import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { getLog } from '#lib/config/log.ts'
import { AppError, type AppErrorCode } from '#lib/domain/errors.ts'
import { hasRole, type Role } from '#lib/domain/role.ts'
import { actorOf, type Person } from '#lib/domain/viewer.ts'
import { publish } from '#lib/live/bus.ts'
import { insertAudit } from '#lib/store/audit.ts'
import type { Tx } from '#lib/store/db.ts'
import { withStore } from '#lib/store/outage.ts'

/** What an action works with. All writes go through `tx`, which commits together with the audit. */
export interface ActionContext {
  readonly tx: Tx
  readonly person: Person
  readonly nowMs: number
  /** Names live topics that are stale once this has committed. */
  readonly touch: (...topics: readonly string[]) => void
}

/** Flat facts for the audit. Never personal data or secrets. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | null>>

/** `Prepared`: what `prepare` gives to `run`; `void` for an action that needs nothing before its transaction. */
export interface ActionDefinition<Input extends z.ZodType, Data, Prepared = void> {
  /** Kebab-case, as its file: the audit's word for it. */
  readonly name: string
  /** Required, so that forgetting who may do it does not compile. */
  readonly role: Role
  readonly input: Input
  /** What the audit keeps of an input that was understood. */
  readonly detail: (input: z.output<Input>) => AuditDetail
  /** Asks upstream before the transaction begins, so that no transaction waits for a network. Role and input are checked by then. */
  readonly prepare?: (input: z.output<Input>, context: PrepareContext) => Promise<Prepared>
  readonly run: (input: z.output<Input>, context: ActionContext, prepared: Prepared) => Promise<Data>
}

/** What `prepare` works with. It may read the store by itself, and writes only what has to stand there before the call upstream. */
export type PrepareContext = Pick<ActionContext, 'person' | 'nowMs'>

export type ActionResult<Data> =
  | { readonly ok: true; readonly data: Data }
  | { readonly ok: false; readonly error: { readonly code: AppErrorCode; readonly message: string } }

/**
 * The write door without its transport: role, input, then `run` and its audit row in one transaction. A refusal is audited as well.
 * Never throws: what goes wrong comes back as a code and a sentence for a person.
 */
export async function runAction<Input extends z.ZodType, Data, Prepared>(
  action: ActionDefinition<Input, Data, Prepared>,
  person: Person | null,
  rawInput: unknown,
): Promise<ActionResult<Data>> {
  let detail: AuditDetail = {}
  try {
    const parsed = action.input.safeParse(rawInput)
    // What a person wanted is kept also where they may not do it; of nobody in particular nothing is.
    if (person !== null && parsed.success) detail = action.detail(parsed.data)
    const admitted = admit(action.role, person)
    if (!parsed.success) throw new AppError('invalid_input', describe(parsed.error))
    return { ok: true, data: await commit(action, admitted, parsed.data, detail) }
  } catch (error) {
    return refuse(action.name, person, detail, error)
  }
}

function admit(role: Role, person: Person | null): Person {
  if (person === null) throw new AppError('not_signed_in', 'You are signed out. Sign in again, then repeat this.')
  if (!hasRole(person.role, role))
    throw new AppError('forbidden', `This needs the role ${role}; yours is ${person.role}.`)
  return person
}

async function commit<Input extends z.ZodType, Data, Prepared>(
  action: ActionDefinition<Input, Data, Prepared>,
  person: Person,
  input: z.output<Input>,
  detail: AuditDetail,
): Promise<Data> {
  const prepared = await prepare(action, person, input)
  const nowMs = Date.now()
  const topics = new Set<string>()
  const touch = (...names: readonly string[]): void => names.forEach((name) => topics.add(name))
  const data = await withStore((db) =>
    db.transaction(async (tx) => {
      const done = await action.run(input, { tx, person, nowMs, touch }, prepared)
      await insertAudit(tx, { atMs: nowMs, actor: actorOf(person), action: action.name, result: 'done', detail })
      return done
    }),
  )
  if (topics.size > 0) publish([...topics])
  return data
}

/** An action without `prepare` has `void` for what is prepared. */
async function prepare<Input extends z.ZodType, Data, Prepared>(
  action: ActionDefinition<Input, Data, Prepared>,
  person: Person,
  input: z.output<Input>,
): Promise<Prepared> {
  return (await action.prepare?.(input, { person, nowMs: Date.now() })) as Prepared
}

async function refuse(
  name: string,
  person: Person | null,
  detail: AuditDetail,
  error: unknown,
): Promise<ActionResult<never>> {
  const told = tell(name, error)
  const row = { atMs: Date.now(), actor: actorOf(person), action: name, detail: { ...detail, code: told.code } }
  try {
    await withStore((db) => db.transaction((tx) => insertAudit(tx, { ...row, result: 'refused' })))
  } catch (failure) {
    getLog().error({ err: failure, action: name, code: told.code }, 'a refusal could not be audited')
  }
  return { ok: false, error: told }
}

function tell(name: string, error: unknown): { readonly code: AppErrorCode; readonly message: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message }
  const id = randomUUID().slice(0, 8)
  getLog().error({ err: error, id, action: name }, 'an action failed unexpectedly')
  return { code: 'internal', message: `Something went wrong and nothing was changed. The log has it under ${id}.` }
}

function describe(error: z.ZodError): string {
  const issue = error.issues[0]
  const field = issue?.path.join('.') ?? ''
  return `${field === '' ? 'input' : field}: ${issue?.message ?? 'is not valid'}`
}
