/** Next gives instrumentation, pages and routes each their own copy of every module; what must exist once a process lives on `globalThis`. */
const slot = Symbol.for('spillway.singletons')

function isSlots(value: unknown): value is Map<string, unknown> {
  return value instanceof Map
}

function slots(): Map<string, unknown> {
  const existing: unknown = Reflect.get(globalThis, slot)
  if (isSlots(existing)) return existing
  const created = new Map<string, unknown>()
  Reflect.set(globalThis, slot, created)
  return created
}

/** Returns the process-wide value of `name`, made by `create` at the first call. */
export function singleton<T>(name: string, create: () => T): T {
  const all = slots()
  if (!all.has(name)) all.set(name, create())
  // Only this function writes the slot of a name, and each name is used with one type.
  return all.get(name) as T
}

/** Forgets a singleton, so that the next call makes it anew. For shutdown and tests. */
export function dropSingleton(name: string): void {
  slots().delete(name)
}
