import { requireIngestSender } from '#lib/auth/ingest-sender.ts'
import { ingestOutcomes } from '#lib/ingest/ingest-outcomes.ts'
import { RequestRefusal } from '#lib/ingest/request-refusal.ts'
import { answerError, answerJson } from '#lib/views/http-answer.ts'

/** Outcomes from a sender that has a token of purpose ingest; answers what became of each item. */
export async function POST(request: Request): Promise<Response> {
  try {
    await requireIngestSender(request.headers.get('authorization'), Date.now())
    return answerJson({ items: await ingestOutcomes(request) })
  } catch (error) {
    return answerError(error, error instanceof RequestRefusal ? error.status : undefined)
  }
}
