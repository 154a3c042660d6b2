/**
 * Which of the two JavaType stories the world can tell, because each needs another healthy beginning:
 * `consumer` = messages carry the attribute from the start and an old consumer ignores it; `producer` = a strict consumer, and messages without it.
 */
export type Story = 'consumer' | 'producer'

export const FAULT_IDS = [
  'consumer-upgraded',
  'producer-adds-javatype',
  'producer-drops-javatype',
  'no-dlq',
  'sentry-silent',
  'bounce-storm',
  'stuck-schedule',
  'aws-down',
  'cloudwatch-down',
  'sentry-down',
  'slack-down',
] as const
export type FaultId = (typeof FAULT_IDS)[number]

export interface FaultDescription {
  readonly title: string
  readonly explanation: string
}

export const FAULTS: Readonly<Record<FaultId, FaultDescription>> = {
  'consumer-upgraded': {
    title: 'The consumer is upgraded',
    explanation:
      'The real case of August 2024: tis-trainee-sync gets a new messaging library, which tries to load the class named in JavaType. The attribute was on every message all along. Nothing is deleted, nothing is thrown, Sentry hears nothing.',
  },
  'producer-adds-javatype': {
    title: 'The producer starts to add JavaType',
    explanation:
      'tis-trainee-details gets a new messaging library and puts a JavaType attribute on each new message, which a strict consumer refuses. Old and new messages differ.',
  },
  'producer-drops-javatype': {
    title: 'The producer leaves JavaType out',
    explanation:
      'How the real team mended it in November 2024: tis-trainee-details puts no JavaType on new messages any more, so that the upgraded consumer takes them. What is queued already keeps it.',
  },
  'no-dlq': {
    title: 'profile-created has no dead-letter queue',
    explanation:
      'Messages that cannot be processed return to the queue until SQS expires them. Off gives the queue a dead-letter queue.',
  },
  'sentry-silent': {
    title: 'Sentry hears nothing',
    explanation: 'The services send no errors any more, as with a wrong DSN. Sentry itself answers as ever.',
  },
  'bounce-storm': {
    title: 'One mail domain bounces',
    explanation: 'Every mail to webmail.example comes back as a transient bounce, as Gmail did in May 2025.',
  },
  'stuck-schedule': {
    title: 'Scheduled mails stay scheduled',
    explanation: 'The scheduler stands still: planned e-mails stay SCHEDULED past their time. Off sends them late.',
  },
  'aws-down': {
    title: 'AWS does not answer',
    explanation: 'SQS cuts every connection, to Spillway and to the services, and CloudWatch answers 503.',
  },
  'cloudwatch-down': {
    title: 'CloudWatch does not answer',
    explanation: 'CloudWatch answers every call with 503; SQS goes on.',
  },
  'sentry-down': { title: 'Sentry does not answer', explanation: 'The Sentry API and its ingest answer 503.' },
  'slack-down': { title: 'Slack does not answer', explanation: 'The Slack API answers 503.' },
}

/** Why a switch cannot be thrown now, with the way out. */
export class FaultRefusedError extends Error {
  override readonly name = 'FaultRefusedError'
}

export interface FaultState extends FaultDescription {
  readonly id: FaultId
  readonly isOn: boolean
  /** Why it cannot be switched on now; null when it can. */
  readonly refusal: string | null
}

/** Switches that mean something in one story alone. */
const STORY_FAULTS = ['consumer-upgraded', 'producer-adds-javatype', 'producer-drops-javatype'] as const

type Effect = (isOn: boolean) => void | Promise<void>

/** The switches. An effect runs before the switch counts as thrown, so that whoever waits for `set` sees the new world. */
export class Faults {
  readonly #on = new Set<FaultId>()
  readonly #effects = new Map<FaultId, Effect>()
  #story: Story

  /** `initial` are on from the start, without their effects being run. */
  constructor(story: Story, initial: readonly FaultId[] = []) {
    this.#story = story
    for (const id of initial) this.#on.add(id)
  }

  get story(): Story {
    return this.#story
  }

  isOn(id: FaultId): boolean {
    return this.#on.has(id)
  }

  /** Whether the producer puts the JavaType attribute on new messages. */
  get hasJavaType(): boolean {
    if (this.#story === 'producer') return this.isOn('producer-adds-javatype')
    return !this.isOn('producer-drops-javatype')
  }

  /** Whether the consumer fails on the JavaType attribute. */
  get isConsumerStrict(): boolean {
    return this.#story === 'producer' || this.isOn('consumer-upgraded')
  }

  onSet(id: FaultId, effect: Effect): void {
    this.#effects.set(id, effect)
  }

  /** Throws a switch; doing it twice does nothing. Throws {@link FaultRefusedError} where the story does not allow it. */
  async set(id: FaultId, isOn: boolean): Promise<void> {
    if (this.isOn(id) === isOn) return
    const refusal = isOn ? this.#refusalOf(id) : null
    if (refusal !== null) throw new FaultRefusedError(refusal)
    await this.#effects.get(id)?.(isOn)
    if (isOn) this.#on.add(id)
    else this.#on.delete(id)
  }

  /** Sets the stage for the other JavaType story. Refused while one of its switches is on. */
  setStory(story: Story): void {
    const open = STORY_FAULTS.find((id) => this.isOn(id))
    if (open !== undefined)
      throw new FaultRefusedError(`Switch "${FAULTS[open].title}" off first, then change the story.`)
    this.#story = story
  }

  list(): FaultState[] {
    return FAULT_IDS.map((id) => ({
      id,
      ...FAULTS[id],
      isOn: this.isOn(id),
      refusal: this.isOn(id) ? null : this.#refusalOf(id),
    }))
  }

  #refusalOf(id: FaultId): string | null {
    if (id === 'producer-adds-javatype' && this.#story === 'consumer') {
      return 'Every message carries JavaType already in this world. Change the story to "producer" first (--story producer).'
    }
    if (id === 'producer-drops-javatype' && this.#story === 'producer') {
      return 'In this world the producer adds JavaType by a switch of its own: switch "The producer starts to add JavaType" off.'
    }
    if (id === 'consumer-upgraded' && this.#story === 'producer') {
      return 'The consumer is the new one already in this world. Change the story to "consumer" first (--story consumer).'
    }
    return null
  }
}

export function isFaultId(text: string): text is FaultId {
  return FAULT_IDS.some((id) => id === text)
}
