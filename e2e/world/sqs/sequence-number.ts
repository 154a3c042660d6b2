let last = 0n

/** 20 digits, larger than every one before it, as SQS gives to messages of FIFO queues. */
export function nextSequenceNumber(nowMs: number): string {
  const floor = 18_800_000_000_000_000_000n + BigInt(nowMs) * 1_000n
  last = floor > last ? floor : last + 1n
  return last.toString()
}
