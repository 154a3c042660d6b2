import { requireIngestSender } from '#lib/auth/ingest-sender.ts'
import { ingestProfiles } from '#lib/ingest/ingest-profiles.ts'
import { RequestRefusal } from '#lib/ingest/request-refusal.ts'
import { answerError, answerJson } from '#lib/views/http-answer.ts'

/** Created profiles from a sender that has a token of purpose ingest. */
export async function POST(request: Request): Promise<Response> {
  try {
    await requireIngestSender(request.headers.get('authorization'), Date.now())
    return answerJson(await ingestProfiles(request))
  } catch (error) {
    return answerError(error, error instanceof RequestRefusal ? error.status : undefined)
  }
}
