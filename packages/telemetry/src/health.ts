import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { Registry } from 'prom-client';

/** A named check; throws, or resolves to false, when the part is not ready. */
export type ReadinessChecks = Record<string, () => unknown>;

/** Result of every check by name; `isReady` when all passed. */
export async function checkReadiness(
  checks: ReadinessChecks,
): Promise<{ isReady: boolean; checks: Record<string, 'ok' | 'failed'> }> {
  const entries = await Promise.all(
    Object.entries(checks).map(async ([name, check]): Promise<[string, 'ok' | 'failed']> => {
      try {
        return [name, (await check()) === false ? 'failed' : 'ok'];
      } catch {
        return [name, 'failed'];
      }
    }),
  );
  return { isReady: entries.every(([, result]) => result === 'ok'), checks: Object.fromEntries(entries) };
}

/** `/healthz`, `/readyz` and `/metrics` of a process without another HTTP server. Port 0 picks one. With a token, numbers are only for who shows it. */
export async function startHealthServer(options: {
  host: string;
  port: number;
  token?: string | undefined;
  metrics: { registry: Pick<Registry, 'contentType' | 'metrics'> };
  checks: ReadinessChecks;
}): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void (async () => {
      if (request.url === '/healthz') return response.end('ok\n');
      if (request.url === '/readyz') {
        const readiness = await checkReadiness(options.checks);
        response.writeHead(readiness.isReady ? 200 : 503, { 'content-type': 'application/json' });
        return response.end(`${JSON.stringify(readiness)}\n`);
      }
      if (request.url === '/metrics') {
        if (options.token && !isBearer(request.headers.authorization, options.token)) {
          response.writeHead(401, { 'www-authenticate': 'Bearer' });
          return response.end();
        }
        const numbers = await options.metrics.registry.metrics();
        response.writeHead(200, { 'content-type': options.metrics.registry.contentType });
        return response.end(numbers);
      }
      response.writeHead(404);
      response.end();
    })().catch(() => {
      // A number that cannot be read must not end the process that it is about.
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isBearer(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}
