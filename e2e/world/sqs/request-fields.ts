import { invalidValue, missingParameter, SqsError } from './sqs-error.ts'

/** Whether a parsed JSON value is an object that is not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Reads the typed members of a request; a member of the wrong JSON type is a SerializationException, as on AWS. */
export class RequestFields {
  readonly raw: Record<string, unknown>

  constructor(raw: Record<string, unknown>) {
    this.raw = raw
  }

  optionalText(name: string): string | undefined {
    const value = this.raw[name]
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'string') throw wrongType(name, 'STRING')
    return value
  }

  /** Throws MissingParameter when it is absent or empty. */
  text(name: string): string {
    const value = this.optionalText(name)
    if (value === undefined || value === '') throw missingParameter(name)
    return value
  }

  optionalInteger(name: string): number | undefined {
    const value = this.raw[name]
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(name, 'INTEGER')
    return value
  }

  /** An integer within bounds, both inclusive; `reason` is AWS's sentence for the refusal. */
  boundedInteger(name: string, bounds: { min: number; max: number; reason: string }): number | undefined {
    const value = this.optionalInteger(name)
    if (value === undefined) return undefined
    if (value < bounds.min || value > bounds.max) throw invalidValue(value, name, bounds.reason)
    return value
  }

  textList(name: string): string[] {
    const value = this.raw[name]
    if (value === undefined || value === null) return []
    if (!Array.isArray(value)) throw wrongType(name, 'LIST')
    return value.map((item: unknown) => {
      if (typeof item !== 'string') throw wrongType(name, 'STRING')
      return item
    })
  }

  record(name: string): Record<string, unknown> | undefined {
    const value = this.raw[name]
    if (value === undefined || value === null) return undefined
    if (!isRecord(value)) throw wrongType(name, 'MAP')
    return value
  }

  textRecord(name: string): Record<string, string> | undefined {
    const record = this.record(name)
    if (record === undefined) return undefined
    const texts: Record<string, string> = {}
    for (const [key, value] of Object.entries(record)) {
      if (typeof value !== 'string') throw wrongType(name, 'STRING')
      texts[key] = value
    }
    return texts
  }

  /** The entries of a batch; an absent list is an empty one. */
  entries(name: string): RequestFields[] {
    const value = this.raw[name]
    if (value === undefined || value === null) return []
    if (!Array.isArray(value)) throw wrongType(name, 'LIST')
    return value.map((item: unknown) => {
      if (!isRecord(item)) throw wrongType(name, 'STRUCTURE')
      return new RequestFields(item)
    })
  }
}

function wrongType(name: string, expected: string): SqsError {
  return new SqsError('SerializationException', `${name} can not be converted to ${expected}.`)
}
