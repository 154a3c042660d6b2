import { z } from 'zod'

/** NOTIFY carries at most 7,999 bytes. */
const MOST_BYTES = 7_500

const notification = z.object({ topics: z.array(z.string()) })

/** Topics as payloads for NOTIFY, as few as fit. A topic is far shorter than a payload: a queue's name has at most 80 characters. */
export function writeNotifications(topics: readonly string[]): string[] {
  const payloads: string[] = []
  let chunk: string[] = []
  for (const topic of topics) {
    if (Buffer.byteLength(JSON.stringify({ topics: [...chunk, topic] })) > MOST_BYTES && chunk.length > 0) {
      payloads.push(JSON.stringify({ topics: chunk }))
      chunk = []
    }
    chunk.push(topic)
  }
  if (chunk.length > 0) payloads.push(JSON.stringify({ topics: chunk }))
  return payloads
}

/** The topics of a payload; null for one that this version does not understand. */
export function readNotification(payload: string): readonly string[] | null {
  try {
    return notification.safeParse(JSON.parse(payload)).data?.topics ?? null
  } catch {
    return null
  }
}
