import { expect, test } from 'vitest'
import { settingsSchema } from '#lib/config/settings.ts'
import { MOST_NAME_LETTERS, nameAt } from '#lib/domain/queue.ts'
import { queueView } from '#lib/views/queue/contract.ts'
import { awsReach, nameOfUrl, placeOfUrl } from './places.ts'

const ROLE = 'arn:aws:iam::111122223333:role/spillway'
const places = [
  { name: 'ireland', region: 'eu-west-1' },
  { name: 'partner', region: 'eu-west-2', roleArn: ROLE },
  { name: 'partner-us', region: 'us-east-1', roleArn: ROLE },
]
const reach = awsReach({ AWS_REGION: 'eu-west-2' }, settingsSchema.parse({ aws: { places } }))

test.each([
  ['https://sqs.eu-west-2.amazonaws.com/000000000000/orders', null],
  ['https://sqs.eu-west-1.amazonaws.com/000000000000/orders', 'ireland'],
  ['https://sqs.eu-west-2.amazonaws.com/111122223333/orders', 'partner'],
  ['https://eu-west-2.queue.amazonaws.com/111122223333/orders', 'partner'],
  ['https://queue.amazonaws.com/111122223333/orders', 'partner-us'],
  ['https://sqs.eu-west-1.api.aws/000000000000/orders', 'ireland'],
  ['http://sqs.eu-west-1.localhost:4566/000000000000/orders', 'ireland'],
  ['https://vpce-0a1-b2.sqs.eu-west-1.vpce.amazonaws.com/000000000000/orders', 'ireland'],
  // A stand-in that names no region is at home.
  ['http://127.0.0.1:9324/000000000000/orders', null],
  ['http://127.0.0.1:9324/111122223333/orders', null],
  ['https://sqs.ap-south-1.amazonaws.com/000000000000/orders', null],
  ['orders', null],
])('a queue at %s is asked in place %s', (url, place) => {
  expect(placeOfUrl(reach, url).name).toBe(place)
  expect(nameOfUrl(reach, url)).toBe(place === null ? 'orders' : `orders@${place}`)
})

test('another region of the own account that is AWS_REGION itself is home', () => {
  const own = settingsSchema.parse({ aws: { places: [{ name: 'again', region: 'eu-west-2' }] } })
  const twice = awsReach({ AWS_REGION: 'eu-west-2' }, own)
  expect(placeOfUrl(twice, 'https://sqs.eu-west-2.amazonaws.com/000000000000/orders').name).toBeNull()
})

test.each([
  [[{ name: 'Ireland', region: 'eu-west-1' }], 'is not a short name'],
  [[{ name: 'home', region: 'eu-west-1' }], 'is taken'],
  [[{ name: 'ireland', region: 'Ireland' }], 'is not a region'],
  [[{ name: 'partner', region: 'eu-west-1', roleArn: 'spillway' }], 'is not the ARN of a role'],
  [[places[0], { ...places[0], region: 'eu-west-3' }], 'names two places alike'],
  [[places[1], { ...places[1], name: 'other', roleArn: `${ROLE}-2` }], 'names one region of one account twice'],
])('settings that leave a queue’s place open are refused (%#)', (wrong, words) => {
  const parsed = settingsSchema.safeParse({ aws: { places: wrong } })
  expect(parsed.error?.issues.map(({ message }) => message).join()).toContain(words)
})

test('the longest names of a queue and a place make a name that pages and actions take', () => {
  const place = { name: 'p'.repeat(31), region: 'eu-west-1' }
  expect(settingsSchema.safeParse({ aws: { places: [place] } }).success).toBe(true)
  const name = nameAt('q'.repeat(80), place.name)
  expect(name).toHaveLength(MOST_NAME_LETTERS)
  expect(queueView.params.safeParse({ name }).success).toBe(true)
})
