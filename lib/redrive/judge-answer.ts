import type { SentMessage } from '#lib/store/redrive-ledger.ts'
import type { Outgoing, SendAnswer } from './queue-calls.ts'

/** What one answer of SQS says of each message that was sent with it. */
export interface JudgedAnswer {
  readonly sent: readonly SentMessage[]
  /** Not sent, to be tried again. */
  readonly again: readonly string[]
  readonly refused: readonly { readonly messageId: string; readonly problem: string }[]
}

/** A message as it was sent, and the digests that SQS must answer with. */
export interface JudgedMessage {
  readonly outgoing: Outgoing
  readonly bodyMd5: string
  readonly attributesMd5: string | null
}

/** Only what SQS took with the very digests that were computed counts as sent; what the answer does not name stays unknown. */
export function judgeAnswer(held: readonly JudgedMessage[], { sent, failed }: SendAnswer): JudgedAnswer {
  const wanted = new Map(held.map((each) => [each.outgoing.id, each]))
  const isExact = (each: SendAnswer['sent'][number]): boolean => {
    const { bodyMd5, attributesMd5 } = wanted.get(each.id) ?? { bodyMd5: '', attributesMd5: '' }
    return each.bodyMd5 === bodyMd5 && each.attributesMd5 === attributesMd5
  }
  return {
    sent: sent.filter(isExact).map(({ id, newMessageId }) => ({ messageId: id, newMessageId })),
    again: failed.filter(({ isFinal }) => !isFinal).map(({ id }) => id),
    refused: [
      ...failed
        .filter(({ isFinal }) => isFinal)
        .map(({ id, message }) => ({ messageId: id, problem: `SQS refused it: ${message.slice(0, 200)}` })),
      ...sent
        .filter((each) => !isExact(each))
        .map(({ id, newMessageId }) => ({
          messageId: id,
          problem: `SQS answered with other digests than computed, so it was not deleted; what was sent has the id ${newMessageId}.`,
        })),
    ],
  }
}
