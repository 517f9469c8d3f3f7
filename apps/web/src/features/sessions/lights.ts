import type { MessageSummary, SessionSummary } from '@hikyaku/contracts';

/** What a device passes on its way, in this order. */
export const LIGHTS = ['connected', 'encrypted', 'login', 'accepted', 'sent'] as const;
export type LightName = (typeof LIGHTS)[number];
/** `off`: not yet; `next`: what comes now; `none`: passed without it, as a login in plain passes encryption. */
export type LightState = 'off' | 'next' | 'ok' | 'none' | 'failed';
export type Lights = Record<LightName, LightState>;

type Seen = Pick<SessionSummary, 'steps' | 'endedAt' | 'messageIds'> & {
  diagnosis: Pick<NonNullable<SessionSummary['diagnosis']>, 'code' | 'severity'> | null;
};

/** Where the device stands still, by the kind of the diagnosis; others stop at the first thing that is missing. */
const PLACES: Record<string, LightName> = {
  tls: 'encrypted',
  auth: 'login',
  address: 'login',
  pop: 'login',
  rcpt: 'accepted',
  size: 'accepted',
  data: 'accepted',
};
const BAD_ENDS: readonly MessageSummary['state'][] = ['held', 'failed', 'expired', 'quarantined', 'cancelled'];

/** The five lights for the newest dialogue and the newest mail since the page was opened; either may be missing. */
export function lightsOf(session: Seen | null, mail: Pick<MessageSummary, 'state'> | null): Lights {
  const lights: Lights = { connected: 'off', encrypted: 'off', login: 'off', accepted: 'off', sent: 'off' };
  const steps = session?.steps.map(({ step }) => step) ?? [];
  if (session) lights.connected = 'ok';
  if (steps.includes('encrypted')) lights.encrypted = 'ok';
  else if (steps.includes('user_tried')) lights.encrypted = 'none';
  if (steps.includes('signed_in')) lights.login = 'ok';
  if (session?.messageIds.length) lights.accepted = 'ok';

  const { diagnosis } = session ?? {};
  if (diagnosis?.severity === 'error') {
    const missing = LIGHTS.find((name) => lights[name] === 'off') ?? 'accepted';
    lights[PLACES[diagnosis.code.split('.')[0] ?? ''] ?? missing] = 'failed';
    return lights;
  }
  if (mail) {
    for (const name of ['connected', 'login', 'accepted'] as const) lights[name] = 'ok';
    if (lights.encrypted === 'off') lights.encrypted = session ? 'none' : 'ok';
    lights.sent = mail.state === 'sent' ? 'ok' : BAD_ENDS.includes(mail.state) ? 'failed' : 'next';
    return lights;
  }
  const next = LIGHTS.find((name) => lights[name] === 'off');
  if (next && !session?.endedAt) lights[next] = 'next';
  return lights;
}

/** How often the newest dialogue's diagnosis has come in a row. */
export function repeatsOf(sessions: readonly Pick<SessionSummary, 'diagnosis'>[]): number {
  const code = sessions[0]?.diagnosis?.code;
  const other = sessions.findIndex(({ diagnosis }) => diagnosis?.code !== code);
  return other < 0 ? sessions.length : other;
}
