import { get } from 'node:http';
import { keepFresh } from '@hikyaku/core';

/** What the api says to everybody (`/api/v1/instance`) goes with each page's request: the page begins as it stays, and nothing moves when it is known. */
export const INSTANCE_HEADER = 'x-hikyaku-instance';
/** It changes with a start of the api. */
const FRESH_MS = 60_000;
/** A page that comes without it asks by itself; it is not held up for longer. */
const WAIT_MS = 500;
/** One line of JSON, as a header may hold it. */
const FITS = /^\{[\x20-\x7e]{1,2000}\}$/;

/** The last word of the api; undefined while it does not answer. Asked for by many at once, it is asked once. */
export function createInstanceTeller(apiPort: number): () => Promise<string | undefined> {
  const tell = keepFresh(() => ask(apiPort), Date.now);
  // What did not come is asked for again sooner.
  return () => tell((text) => (text ? FRESH_MS : WAIT_MS));
}

function ask(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/api/v1/instance', timeout: WAIT_MS }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        if (text.length <= 4096) text += chunk;
      });
      answer.on('end', () => resolve(answer.statusCode === 200 && FITS.test(text) ? text : undefined));
      answer.on('error', () => resolve(undefined));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}
