import type { Adapter, AdapterPayload } from 'oidc-provider'

interface Entry {
  readonly payload: AdapterPayload
  readonly expiresAtMs: number
}

/** Keeps what the provider issues for as long as the sandbox runs. One provider has one map, shared by its models. */
export function createMemoryAdapters(): (model: string) => Adapter {
  const entries = new Map<string, Entry>()
  const read = (key: string): AdapterPayload | undefined => {
    const entry = entries.get(key)
    return entry === undefined || entry.expiresAtMs < Date.now() ? undefined : entry.payload
  }
  const find = (test: (payload: AdapterPayload) => boolean): AdapterPayload | undefined =>
    [...entries.values()].find(({ expiresAtMs, payload }) => expiresAtMs >= Date.now() && test(payload))?.payload
  return (model) => ({
    upsert: async (id, payload, expiresInSeconds) => {
      const expiresAtMs =
        expiresInSeconds !== undefined && expiresInSeconds > 0
          ? Date.now() + expiresInSeconds * 1000
          : Number.POSITIVE_INFINITY
      entries.set(`${model}:${id}`, { payload, expiresAtMs })
    },
    find: async (id) => read(`${model}:${id}`),
    findByUserCode: async (userCode) => find((payload) => payload.userCode === userCode),
    findByUid: async (uid) => find((payload) => payload.uid === uid),
    consume: async (id) => {
      const payload = read(`${model}:${id}`)
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
    },
    destroy: async (id) => {
      entries.delete(`${model}:${id}`)
    },
    revokeByGrantId: async (grantId) => {
      for (const [key, { payload }] of entries) if (payload.grantId === grantId) entries.delete(key)
    },
  })
}
