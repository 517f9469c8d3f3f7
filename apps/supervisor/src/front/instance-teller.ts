import { get } from 'node:http';
import { INSTANCE_HEADER, keepFresh } from '@hikyaku/core';

/** It changes with a start of the api. */
const FRESH_MS = 60_000;
/** A page that comes without it asks by itself; it is not held up for longer. */
const WAIT_MS = 500;

/**
 * What the api says to everybody (`/api/v1/instance`), for the requests of pages: the page begins as it stays, and nothing moves when it is known.
 * Undefined while the api does not answer. Asked for by many at once, it is asked once.
 */
export function createInstanceTeller(apiPort: number): () => Promise<string | undefined> {
  const tell = keepFresh(() => ask(apiPort), Date.now);
  // What did not come is asked for again sooner.
  return () => tell((text) => (text ? FRESH_MS : WAIT_MS));
}

function ask(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/api/v1/instance', timeout: WAIT_MS }, (answer) => {
      answer.resume();
      const said = answer.headers[INSTANCE_HEADER];
      resolve(answer.statusCode === 200 && typeof said === 'string' ? said : undefined);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}
