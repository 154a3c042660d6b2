import { NotifyError } from './define-notifier.ts'

const TOKEN = 'set SLACK_BOT_TOKEN to the bot token of an app that is installed in the workspace'

/** What a person does about a refusal of everything. */
const FOR_ALL: Readonly<Record<string, string>> = {
  not_authed: TOKEN,
  invalid_auth: TOKEN,
  account_inactive: TOKEN,
  token_revoked: TOKEN,
  token_expired: TOKEN,
  org_login_required: TOKEN,
  not_allowed_token_type: TOKEN,
  channel_not_found: 'check slack.channel; a private channel is named by its id and needs the app as a member',
  not_in_channel: 'invite the app to the channel: /invite in Slack',
  is_archived: 'the channel is archived: name another in slack.channel',
  restricted_action: 'the workspace does not let the app post to the channel: ask its administrators',
  ekm_access_denied: 'the workspace’s administrators have suspended it',
}

/** Not carried out, and may be at another time. */
const PASSING = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded'])
/** Slack cannot say whether it was carried out. */
const UNSURE = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org'])
const GONE = new Set(['message_not_found', 'thread_not_found', 'cant_update_message', 'edit_window_closed'])
const STANDARD_RETRY_MS = 30_000

/** An `ok: false` answer in Spillway's terms. `needed` are scopes that Slack says are missing. */
export function refusalOf(method: string, code: string, needed?: string): NotifyError {
  if (GONE.has(code)) return new NotifyError('gone', `${method}: the message is no more in Slack (${code}).`)
  if (UNSURE.has(code)) return new NotifyError('unknown', `Slack met an error of its own at ${method} (${code}).`)
  if (PASSING.has(code))
    return new NotifyError('busy', `Slack put ${method} off (${code}).`, { retryAfterMs: STANDARD_RETRY_MS })
  if (code === 'missing_scope')
    return new NotifyError(
      'refused',
      `Slack refused ${method}: give the app the scope ${needed ?? 'that it lacks'} and install it anew.`,
      { isForAll: true },
    )
  const way = FOR_ALL[code]
  if (way !== undefined)
    return new NotifyError('refused', `Slack refused ${method} (${code}): ${way}.`, { isForAll: true })
  return new NotifyError('refused', `Slack refused this message at ${method} (${code}).`)
}
