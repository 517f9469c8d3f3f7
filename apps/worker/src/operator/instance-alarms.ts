import type { CertificateTrouble } from '@hikyaku/core';
import { CERTIFICATE_WORDS } from './certificate-words.ts';
import type { ProviderTrouble } from './provider-troubles.ts';
import { TROUBLE_WORDS } from './trouble-words.ts';
import { daysLeft } from './watch-secret-end.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Renewing takes minutes, and finding out how may take a week; three days before the end it is said every day. */
const SECRET_DAYS = 30;
const CERTIFICATE_DAYS = 14;
const PRESSING_DAYS = 3;
/** The first tries may fail while a name spreads in the DNS, or a port is still being opened. */
const TROUBLE_AFTER_MS = HOUR_MS;

/** What the operator of an instance has to know of it. */
export interface InstanceFacts {
  now: number;
  /** The day of MICROSOFT_CLIENT_SECRET_ENDS. */
  secretEnds: string | null;
  /** Of the files that the settings name; milliseconds since 1970. */
  certificates: { name: string; endsAt: number }[];
  /** By host: what its authority does not give. */
  certificateTroubles: Record<string, CertificateTrouble>;
  /** Of the disk with the data. */
  freeBytes: number;
  /** What the journal leaves free: below it doors answer 452. */
  keepFreeBytes: number;
  /** Mails that were put aside since the last look. */
  newlyQuarantined: number;
  /** What the queue's store said at this look and at the one before; null where it answered one of them. */
  queueTrouble: string | null;
  /** What providers said of the registration since the last look. */
  providerTroubles: ProviderTrouble[];
}

export interface InstanceAlarm {
  code:
    | 'secret.ends'
    | 'certificate.ends'
    | 'certificate.not_issued'
    | 'disk.low'
    | 'mail.quarantined'
    | 'queue.away'
    | `${ProviderTrouble['provider']}.${ProviderTrouble['code']}`;
  /** Said again after that long, while it lasts. */
  everyMs: number;
  /** Japanese and English both: nobody asked the operator for his language. */
  subject: string;
  text: string;
}

const both = (subjectJa: string, subjectEn: string, ja: string, en: string) => ({
  subject: `${subjectJa} / ${subjectEn} (Hikyaku)`,
  text: `${ja}\n\n――\n\n${en}\n`,
});
const everyFor = (days: number): number => (days <= PRESSING_DAYS ? DAY_MS : 7 * DAY_MS);
const COMPANIES = { microsoft: 'Microsoft', google: 'Google', smtp: 'SMTP', channel: 'Channel' } as const;
const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);

/** What is to be told now. Nothing of a tenant is in it. */
export function instanceAlarms(facts: InstanceFacts): InstanceAlarm[] {
  const { now, secretEnds, freeBytes, keepFreeBytes, newlyQuarantined } = facts;
  const alarms: InstanceAlarm[] = [];
  const secretDays = secretEnds === null ? null : daysLeft(secretEnds, now);
  if (secretDays !== null && secretDays <= SECRET_DAYS) {
    alarms.push({
      code: 'secret.ends',
      everyMs: everyFor(secretDays),
      ...both(
        `Microsoft のクライアントシークレットの期限：${secretEnds}`,
        `The client secret at Microsoft ends: ${secretEnds}`,
        '期限を過ぎると、Microsoft のメールアカウントはすべて送信できなくなります（メールは待機します）。新しいシークレットを作り、HIKYAKU_MICROSOFT_CLIENT_SECRET と HIKYAKU_MICROSOFT_CLIENT_SECRET_ENDS を更新してください（docs/going-live.md）。',
        'After that day no Microsoft mailbox can send; their mail waits. Make a new secret and set HIKYAKU_MICROSOFT_CLIENT_SECRET and HIKYAKU_MICROSOFT_CLIENT_SECRET_ENDS (docs/going-live.md).',
      ),
    });
  }
  const [first] = [...facts.certificates].sort((a, b) => a.endsAt - b.endsAt);
  const certificateDays = first ? Math.floor((first.endsAt - now) / DAY_MS) : null;
  if (first && certificateDays !== null && certificateDays <= CERTIFICATE_DAYS) {
    const day = new Date(first.endsAt).toISOString().slice(0, 10);
    alarms.push({
      code: 'certificate.ends',
      everyMs: everyFor(certificateDays),
      ...both(
        `証明書の期限：${day}`,
        `A certificate ends: ${day}`,
        `${first.name} の期限を過ぎると、証明書を確かめる機器は接続できなくなります。証明書を更新し、このファイルを置き換えてください（HIKYAKU_ACME による証明書は自動で更新されます。失敗している場合は、その理由を別にお知らせします）。`,
        `After that day devices that check certificates do not connect: ${first.name}. Renew it and replace this file (one that HIKYAKU_ACME brought renews itself; why it did not, another message says).`,
      ),
    });
  }
  const [trouble] = Object.entries(facts.certificateTroubles)
    .filter(([, { since }]) => now - since >= TROUBLE_AFTER_MS)
    .sort(([, a], [, b]) => a.since - b.since);
  if (trouble) {
    const [host, { code }] = trouble;
    const words = CERTIFICATE_WORDS[code];
    alarms.push({
      code: 'certificate.not_issued',
      everyMs: 7 * DAY_MS,
      ...both(
        `${host} の証明書を取得できません`,
        `No certificate comes for ${host}`,
        `${words?.ja ?? '理由はログ（certificates.log）にあります。'}\n取得は自動で繰り返されます。それまでは今の証明書を使い続けます（${code}）。`,
        `${words?.en ?? 'The log (certificates.log) says why.'}\nIt is tried again by itself; until then the present certificate stays in use (${code}).`,
      ),
    });
  }
  // Twice what the journal leaves free: there is time to act before a door refuses anything.
  if (keepFreeBytes > 0 && freeBytes < 2 * keepFreeBytes) {
    const [free, least] = [gigabytes(freeBytes), gigabytes(keepFreeBytes)];
    alarms.push({
      code: 'disk.low',
      everyMs: DAY_MS,
      ...both(
        `ディスクの空きが残り ${free} GB です`,
        `The disk has ${free} GB left`,
        `空きが ${least} GB を下回ると、メールを受け付けられなくなります（452）。不要なファイルを削除するか、ディスクを大きくしてください。`,
        `Below ${least} GB no mail is accepted any more (452). Remove what is not needed, or give it a larger disk.`,
      ),
    });
  }
  if (newlyQuarantined > 0) {
    alarms.push({
      code: 'mail.quarantined',
      everyMs: DAY_MS,
      ...both(
        `読み取れないメールが ${newlyQuarantined}通あります`,
        `${newlyQuarantined} mails could not be read`,
        'ディスクの故障か、マスターキーの取り違えが考えられます。ログの quarantine と spool の記録を確認してください。メールの内容は 72時間残ります。',
        'A broken disk or a wrong master key may be the cause. Look for quarantine and spool in the logs. Their content is kept for 72 hours.',
      ),
    });
  }
  if (facts.queueTrouble !== null) {
    alarms.push({
      code: 'queue.away',
      everyMs: DAY_MS,
      ...both(
        'Redis を使えません',
        'Redis cannot be used',
        `メールは失われず、送信も続きますが、1通ごとに 30秒ほど遅れます。Redis（Valkey）が動いているか、HIKYAKU_REDIS_URL のアドレスとパスワードが正しいかを確認してください。返ってきたエラー：${facts.queueTrouble}`,
        `No mail is lost and mail goes on leaving, but each some 30 seconds late. See whether Redis (Valkey) runs, and whether address and password of HIKYAKU_REDIS_URL are right. What it said: ${facts.queueTrouble}`,
      ),
    });
  }
  for (const { provider, code } of facts.providerTroubles) {
    const { subject, ja, en } = TROUBLE_WORDS[code];
    const named = (text: string): string => text.replaceAll('{provider}', COMPANIES[provider]);
    alarms.push({
      code: `${provider}.${code}`,
      everyMs: DAY_MS,
      ...both(named(subject.ja), named(subject.en), named(ja), named(en)),
    });
  }
  return alarms;
}
