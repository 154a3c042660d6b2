import 'server-only'
import { applyReadings, type Applied } from '#lib/collect/apply-readings.ts'
import { getEnv } from '#lib/config/env.ts'
import { getSettings } from '#lib/config/load-settings.ts'
import type { Reading } from '#lib/domain/reading.ts'
import { publish } from '#lib/live/bus.ts'
import { withStore } from '#lib/store/outage.ts'

/** Stores what a sender told, in one transaction, and tells the viewers. `source`: the id of the source that it stands in for. */
export async function storeReadings(source: string, readings: readonly Reading[]): Promise<Applied> {
  const context = { source, atMs: Date.now(), settings: getSettings(), secret: getEnv().SPILLWAY_SECRET }
  const applied = await withStore((db) => db.transaction((tx) => applyReadings(tx, readings, context)))
  publish(applied.topics)
  return applied
}
