import { z } from 'zod'
import { defineView } from '#lib/views/define-view.ts'
import type { ChannelStatus, PageBase, SourceStatus } from '#lib/views/shared.ts'

export interface SettingRow {
  /** Path in spillway.yaml or name of the environment variable. */
  readonly key: string
  /** Value as text; a secret is `set` or `not set`, never its value. */
  readonly value: string
  readonly origin: 'spillway.yaml' | 'environment' | 'default' | 'not set'
  readonly about: string
}

export interface SettingsPage extends PageBase {
  readonly file: string | null
  readonly problems: readonly string[]
  readonly environment: readonly SettingRow[]
  readonly settings: readonly SettingRow[]
  readonly sources: readonly (SourceStatus & { readonly teaches: string })[]
  /** Where people are told, and what waits to be told. */
  readonly channels: readonly ChannelStatus[]
  readonly detectors: readonly { readonly id: string; readonly title: string; readonly rule: string }[]
  readonly tokens: readonly {
    /** For the action that revokes it; not secret. */
    readonly id: string
    readonly name: string
    readonly purpose: string
    readonly createdMs: number
    readonly lastUsedMs: number | null
    readonly isRevoked: boolean
  }[]
  /**
   * Upstream calls of the last 24 hours (calls are counted by the day: yesterday's by its share) and what a month of such days costs
   * at list price, in US dollars; null where no price is known.
   */
  readonly calls: readonly {
    readonly service: string
    readonly operation: string
    readonly last24h: number
    readonly monthUsd: number | null
  }[]
  /** How often the queues are read, in one sentence; empty before any was. */
  readonly beats: string
  readonly version: string
  readonly store: 'embedded' | 'postgresql'
}

export const settingsView = defineView<SettingsPage>()({
  name: 'settings',
  audience: 'viewer',
  params: z.strictObject({}),
  topics: ['sources', 'settings'],
})
