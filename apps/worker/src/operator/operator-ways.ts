import type { SystemMailer } from '@hikyaku/upstreams';
import type { InstanceAlarm } from './instance-alarms.ts';

/** As alerts' receivers have. */
const DEADLINE_MS = 10_000;

/** How the operator is told: by mail where he has an address and a server for it, and at his own address on the web. */
export function operatorWays(settings: {
  mailer: Pick<SystemMailer, 'send'> | undefined;
  email: string | undefined;
  url: string | undefined;
}): ((alarm: InstanceAlarm) => Promise<void>)[] {
  const { mailer, email, url } = settings;
  const byMail =
    mailer && email ? [({ subject, text }: InstanceAlarm) => mailer.send({ to: email, subject, text })] : [];
  const byPost = url ? [(alarm: InstanceAlarm) => post(url, alarm)] : [];
  return [...byMail, ...byPost];
}

/** `text` is what Slack, Mattermost and their like show. The operator's own host: no dialler stands between. */
async function post(url: string, { code, subject, text }: InstanceAlarm): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, text: `${subject}\n\n${text}` }),
    // A redirect would carry the alarm elsewhere.
    redirect: 'error',
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  await answer.body?.cancel();
  // Without the address: its path is often a secret.
  if (!answer.ok) throw new Error(`the operator's web address answered ${answer.status}`);
}
