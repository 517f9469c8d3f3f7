import { readFile } from 'node:fs/promises';
import { authorityFolder, type Settings, type WantedCertificate, wantedCertificates } from '@hikyaku/config';
import type { RelayError } from '@hikyaku/core';
import { type CertificatePair, createSelfSigned } from '@hikyaku/vault';
import { openAuthority } from './ask-authority.ts';
import type { Challenges } from './challenges.ts';
import { keepCertificates } from './keep-certificates.ts';

/** The settings' authority, asked for what they want. With `ACME` off nobody is asked for anything. */
export async function watchAuthority(
  settings: Settings,
  options: {
    challenges: Challenges;
    log(entry: { event: string } & Record<string, unknown>): void;
    onIssued(certificate: WantedCertificate): void;
    /** One line for the person at the terminal. */
    onProblem(text: string): void;
  },
): Promise<{ close(): void }> {
  const wanted = wantedCertificates(settings);
  if (wanted.length === 0) return { close() {} };
  return keepCertificates({
    wanted,
    folder: authorityFolder(settings),
    directoryUrl: settings.ACME_DIRECTORY,
    email: settings.ACME_EMAIL,
    ask: await openAuthority({ caFile: settings.ACME_CA_FILE, proxy: settings }),
    challenges: options.challenges,
    log: options.log,
    onIssued: options.onIssued,
    onTrouble: (host, error, nextAt) => options.onProblem(describeTrouble(host, error, nextAt)),
  });
}

const describeTrouble = (host: string, error: RelayError, nextAt: number): string =>
  `no certificate for ${host}: ${error.publicMessage} (${error.message}; docs/errors) Next try at ${new Date(nextAt).toISOString().slice(0, 16)}Z`;

/** What the dashboard's TLS port shows: what the authority gave, and until then one of our own. */
export async function pagePair(settings: Settings): Promise<CertificatePair> {
  const { hostname } = new URL(settings.PUBLIC_URL);
  const issued = wantedCertificates(settings).find(({ host, kind }) => host === hostname && kind === 'ecdsa');
  const text = issued ? await readFile(issued.path, 'utf8').catch(() => null) : null;
  return text === null ? createSelfSigned('ecdsa', [hostname]) : { cert: text, key: text };
}
