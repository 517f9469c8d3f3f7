import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RelayError } from '@hikyaku/core';
import { type CertificatePair, createSelfSigned, type KeyKind } from '@hikyaku/vault';

/** Made anew when less is left. */
const RENEW_BEFORE_MS = 30 * 86_400_000;

/**
 * The operator's pairs, each `cert.pem:key.pem`. Where no RSA pair is among them the legacy doors get ours.
 * @throws RelayError `config.invalid` naming the pair that cannot be read or does not fit together
 */
export async function readCertificateFiles(items: string[]): Promise<CertificatePair[]> {
  return Promise.all(
    items.map(async (item) => {
      const [certPath = '', keyPath = ''] = item.split(':');
      try {
        const [cert, key] = await Promise.all([readFile(certPath, 'utf8'), readFile(keyPath, 'utf8')]);
        new X509Certificate(cert);
        return { cert, key };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new RelayError('config.invalid', { internal: `HIKYAKU_TLS_CERT_FILES ${item}: ${reason}`, cause: error });
      }
    }),
  );
}

/** What an authority has given so far, a file with key and chain each. One that is not there yet, or not whole, is none. */
export async function readIssuedFiles(paths: string[]): Promise<CertificatePair[]> {
  const read = paths.map(async (path) => {
    try {
      const text = await readFile(path, 'utf8');
      return new X509Certificate(text).checkPrivateKey(createPrivateKey(text)) ? [{ cert: text, key: text }] : [];
    } catch {
      return [];
    }
  });
  return (await Promise.all(read)).flat();
}

/** Our own pair of that kind in `dir`; made at the first start, or when it is about to end or is for another host. */
export async function keepSelfSigned(dir: string, kind: KeyKind, host: string): Promise<CertificatePair> {
  const certPath = join(dir, `${kind}.cert.pem`);
  const keyPath = join(dir, `${kind}.key.pem`);
  const kept = await readPair(certPath, keyPath);
  if (kept && isUsable(kept, host)) return kept;
  const pair = createSelfSigned(kind, [...new Set([host, 'localhost', '127.0.0.1'])]);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  // The key first: a certificate without its key would look usable to nobody.
  await replaceFile(keyPath, pair.key, 0o600);
  await replaceFile(certPath, pair.cert, 0o644);
  return pair;
}

/** `relay.example ← R13 ← ISRG Root X1`: the names on a file's certificates and, last, who signed the last of them. */
export function describeChain(pem: string): string {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const certificates = blocks.map((block) => new X509Certificate(block));
  const names = certificates.map(({ subject }) => nameIn(subject));
  const last = certificates.at(-1);
  return [...names, ...(last && last.issuer !== last.subject ? [nameIn(last.issuer)] : [])].join(' ← ');
}

/** Of `O=Example\nCN=Example Root` the last name. */
const nameIn = (distinguished: string): string =>
  /(?:^|\n)CN=([^\n]*)/.exec(distinguished)?.[1] ?? distinguished.replaceAll('\n', ', ');

export function hasRsaKey(pair: CertificatePair): boolean {
  return new X509Certificate(pair.cert).publicKey.asymmetricKeyType === 'rsa';
}

async function readPair(certPath: string, keyPath: string): Promise<CertificatePair | null> {
  try {
    const [cert, key] = await Promise.all([readFile(certPath, 'utf8'), readFile(keyPath, 'utf8')]);
    return { cert, key };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function isUsable(pair: CertificatePair, host: string): boolean {
  try {
    const certificate = new X509Certificate(pair.cert);
    const isFor = certificate.checkHost(host) !== undefined || certificate.checkIP(host) !== undefined;
    const isLasting = Date.parse(certificate.validTo) - Date.now() > RENEW_BEFORE_MS;
    return isFor && isLasting && certificate.checkPrivateKey(createPrivateKey(pair.key));
  } catch {
    return false;
  }
}

async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.new`;
  await writeFile(temporary, text, { mode });
  await chmod(temporary, mode);
  await rename(temporary, path);
}
