import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WantedCertificate } from '@hikyaku/config';
import { asRelayError, CERTIFICATE_TROUBLES_FILE, parseCertificateTroubles, RelayError } from '@hikyaku/core';
import { createSigningRequest } from '@hikyaku/vault';
import { type AccountKey, keepAccountKey } from './account-key.ts';
import { openAccount } from './acme-account.ts';
import type { AskAuthority } from './ask-authority.ts';
import type { Challenges } from './challenges.ts';
import { orderCertificate } from './order-certificate.ts';
import { createRenewalInfo } from './renewal-info.ts';
import { renewAt, retryAfter, retryAfterStart } from './renewal-plan.ts';
import { writeSecret } from './write-secret.ts';

export interface CertificateKeeping {
  wanted: WantedCertificate[];
  /** `authorityFolder`'s. */
  folder: string;
  directoryUrl: string;
  email: string | undefined;
  ask: AskAuthority;
  challenges: Challenges;
  log(entry: { event: string } & Record<string, unknown>): void;
  /** A pair is in its file. */
  onIssued(certificate: WantedCertificate): void;
  onTrouble(host: string, error: RelayError, nextAt: number): void;
  now?: () => number;
  random?: () => number;
}

/** A clock that jumped, a laptop that slept: looked at again that often, whatever the plan says. */
const LOOK_EVERY_MS = 3_600_000;
/** However often an authority wants it, and however wrong this clock is: it gives some fifty a week. */
const SOONER_EVERY_MS = 24 * 3_600_000;

/**
 * Gets and renews certificates, a host after the other: its kinds together, since what keeps one of them from us keeps the other, too.
 * Never throws for an authority's sake: doors and dashboard go on with what they have.
 */
export async function keepCertificates(options: CertificateKeeping): Promise<{ look(): Promise<void>; close(): void }> {
  const { wanted, folder, log, now = Date.now, random = Math.random } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const key = await keepAccountKey(folder);
  const troublesPath = join(folder, CERTIFICATE_TROUBLES_FILE);
  const troubles = parseCertificateTroubles((await readIfThere(troublesPath)) ?? '');
  const hosts = [...new Set(wanted.map(({ host }) => host))];
  const chance = new Map(hosts.map((host) => [host, random()]));
  /** Of hosts that failed. */
  const nextAt = new Map(
    Object.entries(troubles).map(([host, trouble]) => [
      host,
      Math.min(trouble.nextAt, retryAfterStart(trouble.lastAt)),
    ]),
  );
  const info = createRenewalInfo({ ask: options.ask, directoryUrl: options.directoryUrl, now, random });
  const issuedAt = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const dueOf = async (host: string): Promise<WantedCertificate[]> => {
    const due: WantedCertificate[] = [];
    for (const one of wanted) {
      if (one.host !== host) continue;
      const pem = await readIfThere(one.path);
      const planned = renewAt(pem, host, chance.get(host)!);
      const isNew = (issuedAt.get(one.path) ?? 0) + SOONER_EVERY_MS > now();
      const mayBeSooner = pem && planned > now() && !isNew;
      const at = mayBeSooner ? Math.min(planned, (await info.suggested(pem)) ?? planned) : planned;
      if (at <= now()) due.push(one);
    }
    return due;
  };

  const getAll = async (host: string, due: WantedCertificate[]): Promise<void> => {
    try {
      for (const certificate of due) {
        await issue(options, key, certificate);
        issuedAt.set(certificate.path, now());
        log({ event: 'certificate.issued', host, kind: certificate.kind });
        options.onIssued(certificate);
        // Asked for again and again it would use up what the authority gives in a week.
        if (renewAt(await readIfThere(certificate.path), host, 0) <= now()) {
          throw new RelayError('certificate.authority', {
            internal: 'what it gave is about to end already: is the clock of this machine right?',
          });
        }
      }
      delete troubles[host];
      nextAt.delete(host);
    } catch (thrown) {
      const error = asRelayError(thrown);
      const failures = (troubles[host]?.failures ?? 0) + 1;
      const at = now() + retryAfter(failures, random(), error.retryAfterMs);
      const since = troubles[host]?.since ?? now();
      troubles[host] = { code: error.code, since, lastAt: now(), nextAt: at, failures };
      nextAt.set(host, at);
      log({ event: 'certificate.failed', host, failures, problem: error.message, nextAt: new Date(at).toISOString() });
      options.onTrouble(host, error, at);
    }
    await writeSecret(troublesPath, JSON.stringify(troubles));
  };

  const lookOnce = async (): Promise<void> => {
    for (const host of hosts) {
      if (isClosed || (nextAt.get(host) ?? 0) > now()) continue;
      const due = await dueOf(host);
      if (due.length) await getAll(host, due);
    }
  };
  // One look after the other: two at once would ask for the same certificate twice.
  let last: Promise<void> = Promise.resolve();
  const look = (): Promise<void> => {
    last = last
      .then(lookOnce)
      .catch((error: Error) => log({ event: 'certificate.look_failed', problem: error.message }));
    return last;
  };
  const lookAndWait = async (): Promise<void> => {
    await look();
    if (isClosed) return;
    const soonest = Math.min(...nextAt.values(), now() + LOOK_EVERY_MS);
    timer = setTimeout(() => void lookAndWait(), Math.max(soonest - now(), 1000)).unref();
  };
  void lookAndWait();
  return {
    look,
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

async function issue(
  options: CertificateKeeping,
  key: AccountKey,
  { host, kind, path }: WantedCertificate,
): Promise<void> {
  const { ask, directoryUrl, email, challenges } = options;
  const account = await openAccount({ ask, directoryUrl, key, email });
  const { key: privateKey, request } = createSigningRequest(kind, host);
  const chain = await orderCertificate({ account, thumbprint: key.thumbprint, challenges, host, request });
  if (!fits(chain, privateKey, host)) {
    throw new RelayError('certificate.authority', { internal: `what came is no certificate for ${host} and our key` });
  }
  await writeSecret(path, `${privateKey.trimEnd()}\n${chain}`);
}

/** What is put into a door's file is looked at first: with half of it the door would not start. */
function fits(chain: string, privateKey: string, host: string): boolean {
  try {
    const certificate = new X509Certificate(chain);
    return certificate.checkHost(host) !== undefined && certificate.checkPrivateKey(createPrivateKey(privateKey));
  } catch {
    return false;
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}
