import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import { getCACertificates } from 'node:tls';
import { RelayError } from '@hikyaku/core';

export interface AuthorityAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** GET without a body, POST (RFC 8555: JWS) with one. @throws RelayError `certificate.authority` when there is no answer */
export type AskAuthority = (url: string, body?: string) => Promise<AuthorityAnswer>;

/** Authorities answer within seconds; Let's Encrypt's longest was half a minute, at busy hours. */
const ANSWER_WITHIN_MS = 60_000;
/** A chain of four certificates has 8 KB. */
const MOST_BYTES = 256 * 1024;

/**
 * The way to an authority, whose own roots may be in a file.
 * @throws RelayError `config.invalid` when that cannot be read
 */
export async function openAuthority(options: {
  caFile: string | undefined;
  proxy: { HTTPS_PROXY?: string | undefined; NO_PROXY?: string | undefined };
}): Promise<AskAuthority> {
  const { proxy } = options;
  const own = options.caFile ? [await readRoots(options.caFile)] : [];
  // No kept connections: there are minutes between two certificates, and months after them.
  const agent = new Agent({
    ca: [...getCACertificates(), ...own],
    proxyEnv: { HTTPS_PROXY: proxy.HTTPS_PROXY, NO_PROXY: proxy.NO_PROXY },
  });
  return (url, body) =>
    new Promise((resolve, reject) => {
      const fail = (error: Error) =>
        reject(
          new RelayError('certificate.authority', { internal: `${new URL(url).host}: ${error.message}`, cause: error }),
        );
      const outgoing = request(
        url,
        {
          agent,
          method: body === undefined ? 'GET' : 'POST',
          headers: {
            'user-agent': 'hikyaku',
            ...(body === undefined ? {} : { 'content-type': 'application/jose+json' }),
          },
          signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        },
        (answer) => {
          const chunks: Buffer[] = [];
          let bytes = 0;
          answer.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (bytes > MOST_BYTES) outgoing.destroy(new Error(`its answer is longer than ${MOST_BYTES} bytes`));
            chunks.push(chunk);
          });
          answer.on('error', fail);
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              text: Buffer.concat(chunks).toString(),
            }),
          );
        },
      );
      outgoing.on('error', fail);
      outgoing.end(body);
    });
}

async function readRoots(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new RelayError('config.invalid', {
      internal: `HIKYAKU_ACME_CA_FILE ${path}: ${(error as Error).message}`,
      cause: error,
    });
  }
}
