import { SendMessageCommand } from '@aws-sdk/client-sqs'

import { hashHex } from '#world/random.ts'

import { keepTrying } from './keep-trying.ts'
import type { MailFeedback } from './message-bodies.ts'
import { MAIL_DOMAINS } from './person.ts'
import type { ServiceContext } from './service-context.ts'

export interface Mail {
  readonly notificationId: string
  readonly to: string
  readonly template: string
}

/** A mail provider that behaves as SES does: takes every mail, and says later, over a queue, what became of it. */
export interface MailProvider {
  accept(mail: Mail): void
}

export function startMailProvider(context: ServiceContext): MailProvider {
  const sqs = context.connect('ses')
  const tell = (body: string): Promise<void> =>
    keepTrying(context, 'ses', () =>
      sqs.send(new SendMessageCommand({ QueueUrl: context.queues.emailEvents, MessageBody: body })),
    )
  return {
    accept(mail) {
      const sentAt = new Date()
      context.log.append({
        service: 'mail',
        operation: 'SendRawEmail',
        caller: 'notifications',
        status: 200,
        request: { notificationId: mail.notificationId, domain: domainOf(mail.to), template: mail.template },
        response: null,
      })
      const feedback = decideFeedback(context, mail)
      const delayMs = context.durations.mailFeedbackSeconds * 1000 * (0.5 + context.random.next())
      context.timers.after(delayMs, () => tell(JSON.stringify(renderFeedback(mail, sentAt, feedback))))
    },
  }
}

type Outcome = Pick<MailFeedback, 'notificationType' | 'bounce'>

function decideFeedback(context: ServiceContext, mail: Mail): Outcome {
  if (context.faults.isOn('bounce-storm') && domainOf(mail.to) === MAIL_DOMAINS[0]) {
    return { notificationType: 'Bounce', bounce: { bounceType: 'Transient', bounceSubType: 'General' } }
  }
  if (context.random.chance(context.shares.bounce)) {
    return { notificationType: 'Bounce', bounce: { bounceType: 'Permanent', bounceSubType: 'General' } }
  }
  return { notificationType: 'Delivery' }
}

function renderFeedback(mail: Mail, sentAt: Date, outcome: Outcome): object {
  const messageId = hashHex(32, mail.notificationId, sentAt.getTime())
  const subject = 'NHS England - Onboarding to your Training Programme'
  const now = new Date().toISOString()
  const sent = {
    timestamp: sentAt.toISOString(),
    source: 'no-reply@notifications.example',
    sourceArn: 'arn:aws:ses:eu-west-2:000000000000:identity/notifications.example',
    sendingAccountId: '000000000000',
    messageId,
    destination: [mail.to],
    headersTruncated: false,
    headers: [
      { name: 'NotificationId', value: mail.notificationId },
      { name: 'Template-Name', value: mail.template },
      { name: 'To', value: mail.to },
      { name: 'Subject', value: subject },
    ],
    commonHeaders: { to: [mail.to], subject },
  }
  if (outcome.bounce === undefined) {
    const delivery = {
      timestamp: now,
      processingTimeMillis: Date.now() - sentAt.getTime(),
      recipients: [mail.to],
      smtpResponse: '250 2.0.0 OK',
      reportingMTA: 'mta.notifications.example',
    }
    return { notificationType: 'Delivery', delivery, mail: sent }
  }
  const isPermanent = outcome.bounce.bounceType === 'Permanent'
  const recipient = {
    emailAddress: mail.to,
    action: 'failed',
    status: isPermanent ? '5.1.1' : '4.7.0',
    diagnosticCode: isPermanent ? 'smtp; 550 5.1.1 user unknown' : 'smtp; 421 4.7.0 try again later',
  }
  const bounce = {
    ...outcome.bounce,
    bouncedRecipients: [recipient],
    timestamp: now,
    feedbackId: `${messageId}-feedback`,
  }
  return { notificationType: 'Bounce', bounce, mail: sent }
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}
