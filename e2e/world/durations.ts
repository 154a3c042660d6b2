/** Every duration that the sandbox shortens, so that the control page and Spillway's note can say so in one place. */
export interface Durations {
  /** Mean time between two new profiles. */
  readonly profileEverySeconds: number
  readonly visibilityTimeoutSeconds: number
  /** From the creation of a profile to the arrival of its programme membership. */
  readonly membershipAfterSeconds: number
  /** From accepting a mail to the provider's feedback about it. */
  readonly mailFeedbackSeconds: number
  /** How far ahead a scheduled mail is planned. */
  readonly scheduleAheadSeconds: number
  /** CloudWatch serves a datapoint between these two ages, counted from the end of its minute. */
  readonly cloudwatchDelaySeconds: readonly [number, number]
  /** An inactive queue that stirs again is published after between these two. */
  readonly reactivationSeconds: readonly [number, number]
  /** How often Spillway is told to read each source. */
  readonly beatSeconds: number
  /** When a new person without any onboarding e-mail counts as without it. */
  readonly withoutAfterMinutes: number
  /** How long past its planned time a scheduled e-mail counts as overdue. */
  readonly overdueAfterMinutes: number
  /** How long Spillway hides a message that it looks at or moves. */
  readonly holdSeconds: number
}

export const DEFAULT_SPEED = 4
/** Spillway refuses to read CloudWatch and Sentry more often. */
const LEAST_BEAT_SECONDS = 15

/** `speed` 1 is the pace of the real system in a busy hour; metric periods stay 60 s at every speed, since AWS has no shorter ones for SQS. */
export function durationsAt(speed: number): Durations {
  if (!(speed > 0)) throw new Error(`--speed must be a number above 0, e.g. ${DEFAULT_SPEED}; it was ${speed}`)
  const shorten = (seconds: number): number => seconds / speed
  return {
    profileEverySeconds: shorten(12),
    visibilityTimeoutSeconds: Math.max(1, Math.round(shorten(30))),
    membershipAfterSeconds: shorten(20),
    mailFeedbackSeconds: shorten(6),
    scheduleAheadSeconds: shorten(120),
    cloudwatchDelaySeconds: [shorten(60), shorten(120)],
    reactivationSeconds: [shorten(60), shorten(900)],
    beatSeconds: Math.max(LEAST_BEAT_SECONDS, Math.round(shorten(60))),
    withoutAfterMinutes: Math.max(0.1, Math.round(shorten(8) * 10) / 10),
    overdueAfterMinutes: Math.max(0.1, Math.round(shorten(4) * 10) / 10),
    holdSeconds: Math.max(3, Math.round(shorten(60))),
  }
}
