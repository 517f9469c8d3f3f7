import type { Logger } from '@hikyaku/telemetry';
import pg from 'pg';

interface ListenOptions {
  /** Notifications were missed in between: look at the tables. Also called when the first connection comes later than `listen` itself. */
  onReconnect?: () => void;
  logger?: Logger;
  applicationName?: string;
  /** Wait before another try to connect. */
  retryMs?: number;
  /** How often the connection is asked for a sign of life: a silent one would look like "nothing changed". */
  checkEveryMs?: number;
}

/**
 * Hears `NOTIFY` on the channels, through one connection of its own that reconnects by itself. Resolves after the first try to connect,
 * also when that failed.
 */
export async function listen(
  url: string,
  channels: string[],
  onNotification: (channel: string, payload: string) => void,
  options: ListenOptions = {},
): Promise<{ close(): Promise<void> }> {
  const { onReconnect, logger, retryMs = 1000, checkEveryMs = 15_000 } = options;
  let current: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isLate = false;

  const lose = (client: pg.Client, error?: Error): void => {
    if (client !== current) return;
    current = undefined;
    void client.end().catch(() => {});
    if (isClosed) return;
    isLate = true;
    logger?.warn({ event: 'listen.lost', channels, reason: error?.message });
    retry = setTimeout(() => void connect(), retryMs);
  };

  const connect = async (): Promise<void> => {
    const client = new pg.Client({
      connectionString: url,
      application_name: options.applicationName ?? 'hikyaku-listen',
      connectionTimeoutMillis: 5000,
      query_timeout: 5000,
      keepAlive: true,
    });
    current = client;
    client.on('error', (error) => lose(client, error));
    client.on('end', () => lose(client));
    client.on('notification', ({ channel, payload }) => onNotification(channel, payload ?? ''));
    try {
      await client.connect();
      await client.query(channels.map((channel) => `LISTEN ${pg.escapeIdentifier(channel)}`).join('; '));
      if (isLate && !isClosed) onReconnect?.();
    } catch (error) {
      lose(client, error as Error);
    }
  };

  const check = setInterval(() => {
    const client = current;
    client?.query('SELECT 1').catch((error: Error) => lose(client, error));
  }, checkEveryMs);

  await connect();
  return {
    close: async () => {
      isClosed = true;
      clearInterval(check);
      clearTimeout(retry);
      await current?.end().catch(() => {});
    },
  };
}
