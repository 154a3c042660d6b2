import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { isRecord } from './request-fields.ts'
import { SqsError } from './sqs-error.ts'

const CONTENT_TYPE = 'application/x-amz-json-1.0'
const TARGET_PREFIX = 'AmazonSQS.'
const MAXIMUM_REQUEST_BYTES = 8 * 1_048_576

/** The operation a request names, `unknown` without one. */
export function operationOf(request: IncomingMessage): string {
  const target = request.headers['x-amz-target']
  return typeof target === 'string' && target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : 'unknown'
}

/** The access key id that signed a request; the signature itself is not checked. `unknown` without one. */
export function callerOf(request: IncomingMessage): string {
  return /Credential=([^/,\s]+)/.exec(request.headers.authorization ?? '')?.[1] ?? 'unknown'
}

/** Reads and parses the body. Throws SqsError for what is no JSON object or too large. */
export function readRequest(request: IncomingMessage): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= MAXIMUM_REQUEST_BYTES) chunks.push(chunk)
    })
    request.on('error', reject)
    request.on('end', () => {
      try {
        resolve(parseBody(bytes, chunks))
      } catch (error) {
        reject(error)
      }
    })
  })
}

function parseBody(bytes: number, chunks: Buffer[]): Record<string, unknown> {
  if (bytes > MAXIMUM_REQUEST_BYTES) throw new SqsError('SerializationException', 'The request is too large.', 413)
  const [only] = chunks
  const text = (chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)).toString()
  let value: unknown
  try {
    value = text === '' ? {} : JSON.parse(text)
  } catch {
    throw new SqsError('SerializationException', 'The request is not valid JSON.')
  }
  if (!isRecord(value)) throw new SqsError('SerializationException', 'The request is not a JSON object.')
  return value
}

/** An answer ready to be sent. */
export interface WireAnswer {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly queryError: string | undefined
}

export function answerOf(body: Record<string, unknown>): WireAnswer {
  return { status: 200, body, queryError: undefined }
}

/** AWS's form of an error: `__type`, `message`, and the older code for clients that ask with `x-amzn-query-mode`. */
export function errorAnswerOf(error: unknown): WireAnswer {
  const known = error instanceof SqsError ? error : new SqsError('InternalError', String(error))
  return {
    status: known.status,
    body: { __type: `com.amazonaws.sqs#${known.shape}`, message: known.message },
    queryError: `${known.queryCode};${known.isSenderFault ? 'Sender' : 'Receiver'}`,
  }
}

/** Sends an answer; `flushed` runs when the operating system has it. */
export function sendAnswer(
  response: ServerResponse,
  answer: WireAnswer,
  options: { isQueryMode: boolean; flushed: () => void },
): void {
  const text = JSON.stringify(answer.body)
  const headers: Record<string, string | number> = {
    'content-type': CONTENT_TYPE,
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
  }
  if (answer.queryError !== undefined && options.isQueryMode) headers['x-amzn-query-error'] = answer.queryError
  response.writeHead(answer.status, headers)
  response.end(text, options.flushed)
}
