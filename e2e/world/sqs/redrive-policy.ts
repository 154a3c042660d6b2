import { isRecord } from './request-fields.ts'
import { invalidParameter, invalidValue } from './sqs-error.ts'

/** Where a queue's messages go once they were received too often. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string
  /** Receives allowed; the next one moves the message. 1 to 1,000. */
  readonly maxReceiveCount: number
}

/** Who may name a queue as dead-letter queue. */
export type RedriveAllowPolicy =
  | { readonly redrivePermission: 'allowAll' | 'denyAll' }
  | { readonly redrivePermission: 'byQueue'; readonly sourceQueueArns: readonly string[] }

/** Reads the RedrivePolicy attribute; throws InvalidParameterValue naming what is wrong with it. */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  const refuse = (reason: string): Error => invalidValue(text, 'RedrivePolicy', reason)
  const raw = parseJsonObject(text)
  if (raw === undefined) throw refuse('Redrive policy is not a valid JSON map.')
  const { deadLetterTargetArn, maxReceiveCount } = raw
  if (typeof deadLetterTargetArn !== 'string' || deadLetterTargetArn === '') {
    throw refuse('Redrive policy does not contain mandatory attribute: deadLetterTargetArn.')
  }
  if (maxReceiveCount === undefined) {
    throw refuse('Redrive policy does not contain mandatory attribute: maxReceiveCount.')
  }
  const count = typeof maxReceiveCount === 'string' ? Number(maxReceiveCount) : maxReceiveCount
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > 1000) {
    throw refuse(
      `Invalid value for maxReceiveCount: ${JSON.stringify(maxReceiveCount)}, valid values are from 1 to 1000 both inclusive.`,
    )
  }
  if (!/^arn:[^:]+:sqs:[^:]+:\d{12}:.+$/.test(deadLetterTargetArn)) {
    throw refuse('Invalid value for deadLetterTargetArn.')
  }
  return { deadLetterTargetArn, maxReceiveCount: count }
}

/** Reads the RedriveAllowPolicy attribute; throws InvalidParameterValue naming what is wrong with it. */
export function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const refuse = (reason: string): Error => invalidValue(text, 'RedriveAllowPolicy', reason)
  const raw = parseJsonObject(text)
  if (raw === undefined) throw refuse('Redrive allow policy is not a valid JSON map.')
  const { redrivePermission, sourceQueueArns } = raw
  if (redrivePermission === 'allowAll' || redrivePermission === 'denyAll') {
    if (sourceQueueArns !== undefined) throw refuse('sourceQueueArns is allowed only with redrivePermission byQueue.')
    return { redrivePermission }
  }
  if (redrivePermission !== 'byQueue') throw refuse('redrivePermission must be allowAll, denyAll or byQueue.')
  if (!Array.isArray(sourceQueueArns) || sourceQueueArns.length === 0 || sourceQueueArns.length > 10) {
    throw refuse('redrivePermission byQueue needs 1 to 10 sourceQueueArns.')
  }
  return { redrivePermission, sourceQueueArns: sourceQueueArns.map(String) }
}

/** Throws InvalidParameterValue unless `target` exists, is of the source's type and lets the source use it. */
export function checkDeadLetterTarget(
  source: { arn: string; isFifo: boolean; policyText: string },
  target: { isFifo: boolean; redriveAllowPolicy: RedriveAllowPolicy | undefined } | undefined,
): void {
  const refuse = (reason: string): Error => invalidValue(source.policyText, 'RedrivePolicy', reason)
  if (target === undefined) throw refuse('Dead letter target does not exist.')
  if (target.isFifo !== source.isFifo) {
    throw refuse('Dead-letter queue must be same type of queue as the source.')
  }
  const allow = target.redriveAllowPolicy
  if (allow === undefined || allow.redrivePermission === 'allowAll') return
  if (allow.redrivePermission === 'byQueue' && allow.sourceQueueArns.includes(source.arn)) return
  throw invalidParameter(
    `Value ${source.policyText} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not allow ${source.arn} as a source (redrivePermission ${allow.redrivePermission}).`,
  )
}

export function parseJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}
