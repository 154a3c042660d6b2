import { timestamp } from 'drizzle-orm/pg-core'

/** Moments are `timestamptz` in the store and epoch milliseconds in the domain; each table's file converts. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 })
