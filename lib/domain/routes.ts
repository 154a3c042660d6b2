/** Every address inside Spillway is made here, so that a renamed page breaks the build and not a link in Slack. */
export const routes = {
  overview: (): string => '/',
  queues: (): string => '/queues',
  queue: (name: string): string => `/queues/${encodeURIComponent(name)}`,
  emails: (): string => '/emails',
  quarantine: (): string => '/emails/quarantine',
  /** With `query` as `filterQuery` writes it. */
  people: (query = ''): string => `/emails/people${query}`,
  person: (key: string): string => `/emails/people/${encodeURIComponent(key)}`,
  exportPeople: (query = ''): string => `/api/export/people${query}`,
  resync: (name: string): string => `/resyncs/${encodeURIComponent(name)}`,
  incidents: (): string => '/incidents',
  /** `/i/INC-7`; with a moment it leads to the figures as they were told then. */
  incident: (name: string, moment?: { readonly fromMs: number; readonly toMs: number }): string =>
    moment === undefined
      ? `/i/${encodeURIComponent(name)}`
      : `/i/${encodeURIComponent(name)}?from=${moment.fromMs}&to=${moment.toMs}`,
  /** All redrives, or those of a queue; with `before` those older than a number. */
  redrives: (of: { readonly queue?: string; readonly before?: number } = {}): string => {
    const query = new URLSearchParams(Object.entries(of).map(([name, value]) => [name, String(value)])).toString()
    return query === '' ? '/redrives' : `/redrives?${query}`
  },
  redrive: (name: string): string => `/redrives/${encodeURIComponent(name)}`,
  settings: (): string => '/settings',
  /** Where a rule is tried on the past. */
  backtest: (): string => '/settings/backtest',
  signIn: (backTo?: string): string =>
    backTo === undefined ? '/sign-in' : `/sign-in?callbackUrl=${encodeURIComponent(backTo)}`,
  wall: (): string => '/wall',
  wallWith: (token: string): string => `/wall?token=${encodeURIComponent(token)}`,
  manageTokens: (): string => '/api/admin/tokens',
} as const
