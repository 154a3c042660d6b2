/** Every address inside Spillway is made here, so that a renamed page breaks the build and not a link in Slack. */
export const routes = {
  overview: (): string => '/',
  queues: (): string => '/queues',
  queue: (name: string): string => `/queues/${encodeURIComponent(name)}`,
  emails: (): string => '/emails',
  settings: (): string => '/settings',
  signIn: (backTo?: string): string =>
    backTo === undefined ? '/sign-in' : `/sign-in?callbackUrl=${encodeURIComponent(backTo)}`,
  wall: (): string => '/wall',
  wallWith: (token: string): string => `/wall?token=${encodeURIComponent(token)}`,
  manageTokens: (): string => '/api/admin/tokens',
} as const
