import { z } from 'zod'
import type { App } from '#e2e/app.ts'

const auditRow = z.object({
  actor: z.string(),
  action: z.string(),
  result: z.enum(['done', 'refused']),
  detail: z.record(z.string(), z.unknown()),
})

/** What the store says that people did or were refused, oldest first; what Spillway did by itself is left out. Stops Spillway. */
export async function readAudit(app: App): Promise<z.output<typeof auditRow>[]> {
  await app.stop()
  const printed = await app.run('commands/print-audit.ts')
  const line = printed.split('\n').find((each) => each.startsWith('[{')) ?? '[]'
  return z
    .array(auditRow)
    .parse(JSON.parse(line))
    .filter(({ actor }) => actor.startsWith('person:'))
}
