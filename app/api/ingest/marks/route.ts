import { requireIngestSender } from '#lib/auth/ingest-sender.ts'
import { ingestMarks } from '#lib/ingest/ingest-marks.ts'
import { RequestRefusal } from '#lib/ingest/request-refusal.ts'
import { answerError, answerJson } from '#lib/views/http-answer.ts'

/** Dated facts for the charts from a sender that has a token of purpose ingest. */
export async function POST(request: Request): Promise<Response> {
  try {
    await requireIngestSender(request.headers.get('authorization'), Date.now())
    return answerJson(await ingestMarks(request))
  } catch (error) {
    return answerError(error, error instanceof RequestRefusal ? error.status : undefined)
  }
}
