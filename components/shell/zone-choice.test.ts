import { expect, test } from 'vitest'
import { zoneOptions } from './zone-choice.ts'

test('a device in the team’s zone offers no doubles', () => {
  expect(zoneOptions('Europe/London', 'Europe/London', 'Europe/London').map((option) => option.zone)).toEqual([
    'Europe/London',
    'UTC',
  ])
})

test('the zone in use is always among them, and a place reads without its underscore', () => {
  const options = zoneOptions('Asia/Tokyo', 'Europe/London', 'America/New_York')
  expect(options.map((option) => option.zone)).toEqual(['Europe/London', 'America/New_York', 'UTC', 'Asia/Tokyo'])
  expect(options[1]?.label).toBe('New York, this device’s')
})
