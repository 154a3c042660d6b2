import { listAudit } from '#lib/store/audit.ts'
import { closeDb, getDb } from '#lib/store/db.ts'

/** Prints the newest thousand entries of the audit as one line of JSON, oldest first. On the embedded store Spillway must not run meanwhile. */
const { orm } = await getDb()
try {
  console.log(JSON.stringify((await listAudit(orm, 1000)).toReversed()))
} finally {
  await closeDb()
}
