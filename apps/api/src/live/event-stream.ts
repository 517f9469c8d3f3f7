import type { ServerResponse } from 'node:http';
import type { LiveEvent } from '@hikyaku/contracts';
import { createPlaces, type Places } from '@hikyaku/core';

/** Shorter than the silence that proxies allow (our front: 120 s). */
const BEAT_MS = 20_000;
/** The browser connects again and is asked who it is: a session that was ended does not go on listening. */
const MAX_AGE_MS = 15 * 60_000;
/** A reader this far behind is gone or stuck. */
const MAX_BACKLOG_BYTES = 65_536;

/**
 * Streams at once: of a person (tabs and a phone), of a tenant (an office with some screens on the wall), and of one api process, whose
 * sockets and timers they are. The front's own pool for them is larger (apps/supervisor).
 */
const LIMITS = { person: 8, tenant: 40, all: 3000 };

export const createStreamPlaces = (): Places<keyof typeof LIMITS> => createPlaces(LIMITS);

export interface EventStream {
  begin(headers: Record<string, string | string[]>): void;
  send(event: LiveEvent): void;
  onClose(task: () => void): void;
  end(): void;
}

/** Server-sent events to one browser. */
export function openEventStream(response: ServerResponse): EventStream {
  const timers: NodeJS.Timeout[] = [];
  const write = (text: string) => {
    if (response.writableEnded || response.destroyed) return;
    if (response.writableLength > MAX_BACKLOG_BYTES) response.destroy();
    else response.write(text);
  };
  const end = () => {
    for (const timer of timers) clearTimeout(timer);
    if (!response.writableEnded) response.end();
  };
  response.on('close', end);
  return {
    begin: (headers) => {
      // no-transform: a proxy that compresses would keep events back.
      response.writeHead(200, {
        ...headers,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      });
      write('retry: 2000\n\n');
      timers.push(
        setInterval(() => write(': beat\n\n'), BEAT_MS),
        setTimeout(end, MAX_AGE_MS),
      );
    },
    send: (event) => write(`event: change\ndata: ${JSON.stringify(event)}\n\n`),
    onClose: (task) => {
      if (response.destroyed || response.writableEnded) task();
      else response.on('close', task);
    },
    end,
  };
}
