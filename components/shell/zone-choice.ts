/** Cookie with the time zone that the reader chose; without it the team's counts. */
export const ZONE_COOKIE = 'tz'

/** A zone to choose from, and what it is to the reader. */
export interface ZoneOption {
  readonly zone: string
  readonly label: string
}

/** `Europe/London` as people say it: `London`. */
export function zonePlace(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')
}

/** The zones to offer: the one in use, the team's, the device's and UTC; each once. */
export function zoneOptions(current: string, team: string, device: string | null): ZoneOption[] {
  const wanted: ZoneOption[] = [
    { zone: team, label: `${zonePlace(team)}, the team’s` },
    ...(device === null ? [] : [{ zone: device, label: `${zonePlace(device)}, this device’s` }]),
    { zone: 'UTC', label: 'UTC' },
    { zone: current, label: zonePlace(current) },
  ]
  return wanted.filter((option, at) => wanted.findIndex((other) => other.zone === option.zone) === at)
}
