import type { Env } from '#lib/config/env.ts'
import type { Settings } from '#lib/config/settings.ts'
import { nameAt, ownNameOfUrl, placeOf } from '#lib/domain/queue.ts'

/** One region of one account, and how it is spoken to. */
export interface AwsPlace {
  /** Null at home: AWS_REGION with the process's own credentials. */
  readonly name: string | null
  readonly region: string | undefined
  /** Assumed before it is spoken to; null for the process's own credentials. */
  readonly role: { readonly arn: string; readonly externalId: string | undefined } | null
  readonly hasCloudwatch: boolean
}

/** Every place that Spillway reads. */
export interface AwsReach {
  readonly home: AwsPlace
  readonly elsewhere: readonly AwsPlace[]
}

/** A reach without any further place. */
export function homeReach(region: string | undefined): AwsReach {
  return { home: { name: null, region, role: null, hasCloudwatch: true }, elsewhere: [] }
}

export function awsReach(env: Pick<Env, 'AWS_REGION'>, { aws }: Pick<Settings, 'aws'>): AwsReach {
  return {
    ...homeReach(env.AWS_REGION),
    elsewhere: aws.places.map(({ name, region, roleArn, externalId, cloudwatch }) => ({
      name,
      region,
      role: roleArn === undefined ? null : { arn: roleArn, externalId },
      hasCloudwatch: cloudwatch,
    })),
  }
}

/** All places, home first. */
export function placesOf({ home, elsewhere }: AwsReach): readonly AwsPlace[] {
  return [home, ...elsewhere]
}

/** The place for a sentence: `ireland (eu-west-1)`. */
export function placeWords({ name, region }: AwsPlace): string {
  return name === null ? `AWS_REGION (${region ?? 'not set'})` : `${name} (${region ?? 'no region'})`
}

/** The place of a queue by the name that Spillway knows it by; null for one that the settings no longer name. */
export function placeOfQueue(reach: AwsReach, name: string): AwsPlace | null {
  const wanted = placeOf(name)
  return placesOf(reach).find((place) => place.name === wanted) ?? null
}

/**
 * The place of a queue by its URL, whose host names the region and whose path begins with the account. A call about a queue must go
 * there: elsewhere it would be refused, or meet another queue of the same name.
 */
export function placeOfUrl({ home, elsewhere }: AwsReach, url: string): AwsPlace {
  if (elsewhere.length === 0) return home
  const { region, account } = addressOf(url)
  const here = elsewhere.filter((place) => place.region === region)
  const byRole = here.find(({ role }) => role !== null && accountOfRole(role.arn) === account)
  if (byRole !== undefined) return byRole
  const own = here.find(({ role }) => role === null)
  return own === undefined || region === home.region ? home : own
}

/** The name by which Spillway knows the queue with this URL. */
export function nameOfUrl(reach: AwsReach, url: string): string {
  return nameAt(ownNameOfUrl(url), placeOfUrl(reach, url).name)
}

function accountOfRole(arn: string): string | undefined {
  return arn.split(':')[4]
}

/** `https://sqs.eu-west-1.amazonaws.com/111122223333/orders`; the oldest hosts begin with the region, or name none in us-east-1. */
function addressOf(url: string): { readonly region: string | null; readonly account: string | null } {
  const parsed = URL.parse(url)
  if (parsed === null) return { region: null, account: null }
  const label = parsed.hostname.split('.').find((part) => /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(part))
  const region = label ?? (parsed.hostname === 'queue.amazonaws.com' ? 'us-east-1' : null)
  return { region, account: /^\/(\d{12})\//.exec(parsed.pathname)?.[1] ?? null }
}
