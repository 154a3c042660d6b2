import { counted, figure, listed } from './count-words.ts'
import {
  CHECK_IDS,
  type CheckId,
  type PreflightCheck,
  type PreflightFacts,
  type PreflightPlan,
  type RecentTraffic,
} from './redrive-preflight.ts'
import { judgeOrigins } from './redrive-origins.ts'
import { judgeReturns } from './redrive-returns.ts'

/** SQS takes no more on one message. */
export const MOST_ATTRIBUTES = 10

type Judged = Pick<PreflightCheck, 'state' | 'text'>

/** Questions, so that none claims what the answer beside it denies. */
const TITLES: Readonly<Record<CheckId, string>> = {
  running: 'Does anything else move its messages?',
  kind: 'Are the queues of one kind?',
  origins: 'Does each go to where it came from?',
  held: 'Is a group held?',
  consumer: 'Does the consumer work?',
  errors: 'Is Sentry quiet?',
  alarms: 'Is an alarm on?',
  changes: 'Can the messages be changed as planned?',
  size: 'Do they fit into the destination?',
  attributes: 'Has each at most 10 attributes?',
  keys: 'Does one key encrypt both queues?',
  returns: 'Did they come back before?',
  pointers: 'Are the bodies in the messages?',
}

const JUDGES: Readonly<Record<CheckId, (facts: PreflightFacts) => Judged>> = {
  running: judgeRunning,
  kind: judgeKind,
  origins: ({ plan, messages }) => judgeOrigins(plan, messages) ?? NOT_LOOKED,
  held: judgeHeld,
  consumer: judgeConsumer,
  errors: judgeErrors,
  alarms: judgeAlarms,
  changes: judgeChanges,
  size: judgeSize,
  attributes: judgeAttributes,
  keys: judgeKeys,
  returns: ({ messages }) => (messages === null ? NOT_LOOKED : judgeReturns(messages)),
  pointers: judgePointers,
}

/** Everything that is looked at before a redrive starts, each with its reason. */
export function judgePreflight(facts: PreflightFacts): PreflightCheck[] {
  return CHECK_IDS.map((id) => ({ id, title: TITLES[id], ...JUDGES[id](facts) }))
}

const fine = (text: string): Judged => ({ state: 'fine', text })
const NOT_LOOKED: Judged = { state: 'unknown', text: 'It was planned before this was looked at; plan it anew to know.' }

function judgeRunning({ plan, now, queues }: PreflightFacts): Judged {
  if (now.otherRedrive !== null) return { state: 'blocks', text: `${now.otherRedrive}. Wait for its end, or stop it.` }
  if (plan.mode === 'in-place') return fine('No other redrive works on the queue.')
  if (queues === null) return NOT_LOOKED
  if (queues.hasMoveTask === null)
    return {
      state: 'unknown',
      text: `Whether SQS moves them by a task of its own is not known. ${queues.problem ?? ''}`.trimEnd(),
    }
  return queues.hasMoveTask
    ? { state: 'blocks', text: `A move task of SQS is running on ${plan.source}. Wait for its end, or cancel it.` }
    : fine('No other redrive and no move task of SQS works on the queue.')
}

function judgeKind({ plan, now }: PreflightFacts): Judged {
  if (now.isSourceFifo !== now.isDestinationFifo) {
    const [fifo, standard] = now.isSourceFifo ? [plan.source, plan.destination] : [plan.destination, plan.source]
    return {
      state: 'blocks',
      text: `${fifo} is a FIFO queue and ${standard} is not: order and groups would be lost. Choose another destination.`,
    }
  }
  if (!now.isSourceFifo) return fine('Both are standard queues.')
  const text =
    'Both are FIFO queues. The messages of a group keep their order among themselves and come between newer ones of the group.'
  return plan.acceptsInterleaving ? fine(`${text} That was accepted with the plan.`) : { state: 'asks', text }
}

function judgeHeld({ plan, now, messages }: PreflightFacts): Judged {
  const { heldGroups } = now
  if (heldGroups.length === 0) return fine(`Nobody holds a group of the messages of ${plan.source}.`)
  const who = listed([...new Set(heldGroups.map(({ by }) => by))])
  const groups = `${listed(heldGroups.map(({ name }) => name))} ${heldGroups.length === 1 ? 'is' : 'are'} held by ${who}`
  if (plan.way === 'move-task')
    return {
      state: 'blocks',
      text: `${groups}, and a move task of SQS would take them too. Let Spillway move the others, or end the hold.`,
    }
  if (plan.takesHeld)
    return {
      state: 'warns',
      text: `${groups}; this plan names its messages itself, so that a hold does not keep them.`,
    }
  const held = messages?.held ?? 0
  const stay =
    held === 0
      ? 'none of its messages was read for the plan'
      : `${counted(held, 'message')} of those read ${held === 1 ? 'stays where it is and is' : 'stay where they are and are'} not counted in the plan`
  return { state: 'warns', text: `${groups}: ${stay}. To move them end the hold, on the page of the queue.` }
}

/** Messages that Spillway re-sent, perhaps changed, prove nothing of those that the producer sends. Null where others were processed. */
function judgeRecent({ destination }: PreflightPlan, recent: RecentTraffic | null): Judged | null {
  if (recent === null || recent.resent === 0 || recent.processed > recent.resent) return null
  const { minutes, fresh, resent, processed } = recent
  const text = `Nothing is found wrong at the moment, but of the last ${minutes} minutes SQS counts ${counted(processed, 'message')} of ${destination} processed, and Spillway itself had re-sent ${figure(resent)}: those may be all of them.`
  return fresh === 0
    ? { state: 'unknown', text: `${text} Its producer sent none meanwhile, so that nothing shows whether it works.` }
    : {
        state: 'warns',
        text: `${text} That it processes any of the ${figure(fresh)} which its producer sent meanwhile is not shown.`,
      }
}

function judgeConsumer({ plan, now }: PreflightFacts): Judged {
  if (now.consumerFindings.length === 0 && now.blind.includes('cloudwatch-metrics'))
    return { state: 'unknown', text: `CloudWatch does not tell what the consumer of ${plan.destination} does.` }
  if (now.consumerFindings.length === 0)
    return judgeRecent(plan, now.recent) ?? fine(`Nothing is found wrong with the consumer of ${plan.destination}.`)
  const after =
    plan.way === 'move-task'
      ? 'A move task of SQS tries none first: all that it moves may come back.'
      : 'Where that is not mended, the first messages come back and the redrive stops by itself.'
  return { state: 'warns', text: `${now.consumerFindings.join('. ')}. ${after}` }
}

function judgeErrors({ plan, now }: PreflightFacts): Judged {
  if (now.service === null)
    return {
      state: 'unknown',
      text: `The settings name no service that reads ${plan.destination}, so its errors are not known.`,
    }
  if (now.errorFindings.length === 0 && now.blind.includes('sentry'))
    return { state: 'unknown', text: `Sentry does not tell of ${now.service}.` }
  if (now.errorFindings.length === 0) return fine(`Nothing unusual of ${now.service}.`)
  return { state: 'warns', text: `${now.errorFindings.join('. ')}.` }
}

function judgeAlarms({ now }: PreflightFacts): Judged {
  if (now.blind.includes('cloudwatch-alarms'))
    return { state: 'unknown', text: 'CloudWatch does not tell of its alarms.' }
  if (now.alarms === 0) return { state: 'unknown', text: 'No alarm watches either queue.' }
  if (now.alarmed.length === 0) return fine(`None of ${counted(now.alarms, 'alarm')} on the two queues is in alarm.`)
  return { state: 'warns', text: `In alarm: ${listed(now.alarmed)}.` }
}

function judgeChanges({ messages }: PreflightFacts): Judged {
  if (messages === null) return NOT_LOOKED
  const { of, unchangeable } = messages
  if (unchangeable === 0)
    return fine(`So could ${of === 1 ? 'the one message' : `each of ${counted(of, 'message')}`} read for the plan.`)
  const share = `${figure(unchangeable)} of ${counted(of, 'message')} read cannot be`
  return unchangeable === of
    ? { state: 'blocks', text: `${share}: nothing would move. Change the steps of the plan.` }
    : { state: 'asks', text: `${share}; such messages are left where they are, with the reason.` }
}

function judgeSize({ plan, messages, queues }: PreflightFacts): Judged {
  if (messages === null || queues === null) return NOT_LOOKED
  const { smallestBytes, largestBytes } = messages
  const { maximumBytes } = queues
  const largest = `The largest read is ${bytesWords(largestBytes)} with its attributes`
  if (maximumBytes === null)
    return {
      state: 'unknown',
      text: `${largest}; what ${plan.destination} takes is not known. ${queues.problem ?? ''}`.trimEnd(),
    }
  const limit = `${plan.destination} takes at most ${bytesWords(maximumBytes)}`
  if (largestBytes <= maximumBytes) return fine(`${largest}; ${limit}.`)
  const way = 'Raise MaximumMessageSize of the destination, or choose another.'
  return smallestBytes > maximumBytes
    ? { state: 'blocks', text: `Even the smallest read is ${bytesWords(smallestBytes)}; ${limit}. ${way}` }
    : { state: 'asks', text: `${largest}; ${limit}: SQS refuses what is larger, and it is left where it is. ${way}` }
}

function judgeAttributes({ messages }: PreflightFacts): Judged {
  if (messages === null) return NOT_LOOKED
  const { mostAttributes, leastAttributes } = messages
  const most = `As they would be sent, the message with the most has ${figure(mostAttributes)}`
  if (mostAttributes <= MOST_ATTRIBUTES) return fine(`${most}.`)
  return leastAttributes > MOST_ATTRIBUTES
    ? {
        state: 'blocks',
        text: `${most}, and none fewer than ${figure(leastAttributes)}; SQS takes 10. Set fewer, or remove some.`,
      }
    : { state: 'asks', text: `${most}; SQS takes 10 and refuses such a message, which is then left where it is.` }
}

function judgeKeys({ plan, now }: PreflightFacts): Judged {
  if (now.sourceKey === now.destinationKey)
    return fine(
      now.sourceKey === null ? 'Neither uses a key of KMS of its own.' : 'They are encrypted with the same key.',
    )
  const text = `${plan.source} and ${plan.destination} are encrypted with different keys`
  return plan.way === 'move-task'
    ? {
        state: 'blocks',
        text: `${text}; the move task of SQS asks for one key on both. Let Spillway move them instead.`,
      }
    : {
        state: 'warns',
        text: `${text}: Spillway needs kms:Decrypt on the first and kms:GenerateDataKey on the second.`,
      }
}

function judgePointers({ messages }: PreflightFacts): Judged {
  if (messages === null) return NOT_LOOKED
  const { pointers, loosePointers, of } = messages
  if (pointers === 0) return fine('None of those read points to an object in S3.')
  const share = `${figure(pointers)} of ${counted(of, 'message')} read only point to an object in S3 (SQS extended client)`
  return loosePointers > 0
    ? {
        state: 'blocks',
        text: `${share}, and the plan removes the attribute that says so: their reader would get the pointer for a body. Keep that attribute.`,
      }
    : {
        state: 'asks',
        text: `${share}. Spillway moves the pointer and never the object: make sure that the objects still exist.`,
      }
}

/** `4.2 KiB`, `1 MiB`. */
function bytesWords(bytes: number): string {
  if (bytes < 1024) return counted(bytes, 'byte')
  const [size, unit] = bytes < 1_048_576 ? [bytes / 1024, 'KiB'] : [bytes / 1_048_576, 'MiB']
  return `${Number(size.toFixed(1))} ${unit}`
}
