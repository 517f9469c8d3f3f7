import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files of one kind of key. */
export interface Certificate {
  cert: string;
  key: string;
  /** Key and certificate in one file, as Postfix wants them. */
  chain: string;
}

const KINDS = { ecdsa: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], rsa: ['rsa:2048'] };

/** An ECDSA and an RSA certificate in `folder`: every server offers the same two. */
export function createCertificates(folder: string): Certificate[] {
  return Object.entries(KINDS).map(([kind, newKey]) => {
    const [cert, key, chain] = ['cert', 'key', 'chain'].map((part) => join(folder, `${kind}.${part}.pem`)) as [
      string,
      string,
      string,
    ];
    const args = ['req', '-x509', '-nodes', '-days', '30', '-subj', '/CN=localhost', '-newkey', ...newKey];
    const made = spawnSync('openssl', [...args, '-keyout', key, '-out', cert], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`openssl: ${made.stderr || made.error?.message}`);
    writeFileSync(chain, readFileSync(key, 'utf8') + readFileSync(cert, 'utf8'), { mode: 0o600 });
    return { cert, key, chain };
  });
}
