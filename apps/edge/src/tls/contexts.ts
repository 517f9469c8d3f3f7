import { hkdfSync } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import type { Logger } from '@hikyaku/telemetry';
import type { CertificatePair } from '@hikyaku/vault';
import { describeChain, hasRsaKey, keepSelfSigned, readCertificateFiles, readIssuedFiles } from './certificates.ts';

/**
 * Forward secrecy alone: no fact names a device of TLS 1.2 that knows static RSA only, and one that does is told the legacy port. ECDSA or RSA, whichever the
 * client can.
 */
const MODERN_CIPHERS = [
  // AES-128 first: as far out of reach as 256, and SHA-256, which goes with it, is cheaper at both ends of a handshake (processors know it, SHA-384 they do not).
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...[
    'ECDHE+AES128+AESGCM',
    'ECDHE+AESGCM',
    'ECDHE+CHACHA20',
    'DHE+AESGCM',
    'ECDHE+AES',
    'DHE+AES',
    '!aNULL',
    '!PSK',
    '!SRP',
    '!DSS',
  ],
].join(':');
/**
 * OpenSSL 3 takes neither TLS 1.0 nor SHA-1 signatures at its default level (facts, devices T3). Forward secrecy first; static RSA at the end, for those that have
 * nothing else.
 */
const LEGACY_CIPHERS = 'DEFAULT:+kRSA:@SECLEVEL=0';

/** Certificates are renewed by programs that replace files; asking for their times works on every file system. */
const WATCH_EVERY_MS = 5000;
/** A name, a key to sign and one to encrypt, as OpenSSL takes them. */
const TICKET_KEYS_BYTES = 48;

export interface ServedContext {
  context: SecureContext;
  /** The names on its certificates, for the owner of a device that refuses them. */
  chain: string;
}

export interface TlsContexts {
  /** TLS 1.2 and newer. */
  modern: ServedContext;
  /** TLS 1.0 and newer, RSA only. */
  legacy: ServedContext;
}

export interface TlsKeeper {
  current(): TlsContexts;
  close(): void;
}

/**
 * Both TLS contexts, from the operator's files, what an authority gave, or self-signed in `dir`. When the files change they are read again; files that do not fit
 * together (a renewal half done) leave the old ones in use.
 */
export async function keepTlsContexts(options: {
  files: string[];
  /** For the legacy doors, before those: a chain that ends in a root which old devices have. */
  legacyFiles: string[];
  /** What an authority gives, a file with key and chain each; they need not be there yet. */
  issuedFiles: string[];
  dir: string;
  host: string;
  /** What the keys of session tickets are made of: a session goes on wherever it is the same. */
  ticketSecret: Buffer;
  logger: Logger;
  watchEveryMs?: number;
}): Promise<TlsKeeper> {
  let contexts = await build(options);
  const given = [...options.files, ...options.legacyFiles].flatMap((item) => item.split(':'));
  const paths = [...given, ...options.issuedFiles];
  const reloadOnce = async (): Promise<void> => {
    try {
      contexts = await build(options);
      options.logger.info({ event: 'tls.reloaded' });
    } catch (error) {
      options.logger.error({ event: 'tls.reload_failed', err: error });
    }
  };
  // Both files of a pair change within one interval; the second change wins, so no reading passes one that began before it (it may have to make a key).
  let last: Promise<void> = Promise.resolve();
  const listener = () => {
    last = last.then(reloadOnce);
  };
  for (const path of paths) {
    watchFile(path, { interval: options.watchEveryMs ?? WATCH_EVERY_MS, persistent: false }, listener);
  }
  return {
    current: () => contexts,
    close: () => {
      for (const path of paths) unwatchFile(path, listener);
    },
  };
}

async function build(options: {
  files: string[];
  legacyFiles: string[];
  issuedFiles: string[];
  dir: string;
  host: string;
  ticketSecret: Buffer;
}): Promise<TlsContexts> {
  const operators = await readCertificateFiles(options.files);
  const given = operators.length ? operators : await readIssuedFiles(options.issuedFiles);
  const own = (kind: 'ecdsa' | 'rsa') => keepSelfSigned(options.dir, kind, options.host);
  const pairs = given.length ? given : [await own('ecdsa'), await own('rsa')];
  const rsaPairs = [...(await readCertificateFiles(options.legacyFiles)), ...pairs].filter(hasRsaKey);
  const legacyPairs = rsaPairs.length ? rsaPairs.slice(0, 1) : [await own('rsa')];
  // Not the same at both: what was agreed upon at a door for old devices opens no other one.
  const ticketKeys = (kind: string) =>
    Buffer.from(hkdfSync('sha256', options.ticketSecret, '', `hikyaku tls tickets ${kind}`, TICKET_KEYS_BYTES));
  return {
    modern: served(pairs, { minVersion: 'TLSv1.2', ciphers: MODERN_CIPHERS, ticketKeys: ticketKeys('modern') }),
    legacy: served(legacyPairs, { minVersion: 'TLSv1', ciphers: LEGACY_CIPHERS, ticketKeys: ticketKeys('legacy') }),
  };
}

function served(pairs: CertificatePair[], options: SecureContextOptions): ServedContext {
  const context = createSecureContext({ ...keysOf(pairs), ...options, honorCipherOrder: true, dhparam: 'auto' });
  return { context, chain: [...new Set(pairs.map(({ cert }) => describeChain(cert)))].join('; ') };
}

const keysOf = (pairs: CertificatePair[]): SecureContextOptions => ({
  cert: pairs.map((pair) => pair.cert),
  key: pairs.map((pair) => pair.key),
});
