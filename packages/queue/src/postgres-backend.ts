import {
  assertSchemaCompatibility,
  createPostgresBackend,
  LATEST_SCHEMA_VERSION,
  Queue,
  runMigrations,
  Worker,
} from 'bullmq';
import pg from 'pg';
import type { JobBackend, JobWorkerOptions, RawProcessor } from './job-backend.ts';
import { EVENTS_KEPT } from './queue-options.ts';
import { restBetweenLooks } from './rest-between-looks.ts';

/** BullMQ's tables live beside ours, in a schema of their own. */
export const QUEUE_SCHEMA = 'hikyaku_queue';

/** Of a worker: which job it has, and that it is done. A Postgres that crashes may forget it, and the job runs once more; a new job is on the disk before it counts. */
const NOT_AWAITED = '-c synchronous_commit=off';

/** A server that neither takes nor refuses a connection. */
const CONNECT_TIMEOUT_MS = 3_000;

/**
 * Every failure to connect reads ECONNREFUSED: BullMQ rests `runRetryDelay` after that one only, and asks again at once, thousands of
 * times a second, after "the database system is starting up" or a missing socket.
 */
class RestingClient extends pg.Client {
  override connect(): Promise<pg.Client>;
  override connect(done: (error: Error) => void): void;
  override connect(done?: (error: Error) => void): Promise<pg.Client> | undefined {
    const connecting = super.connect().then(
      () => this,
      (error: unknown) => {
        throw Object.assign(new Error(`ECONNREFUSED: ${error instanceof Error ? error.message : error}`), {
          cause: error,
        });
      },
    );
    if (!done) return connecting;
    connecting.then(() => done(undefined as unknown as Error), done);
    return undefined;
  }
}

/** BullMQ's own, which looks for jobs with rests. */
const createRestingBackend: typeof createPostgresBackend = (...args) => {
  const backend = createPostgresBackend(...args);
  backend.moveToActive = restBetweenLooks(backend.moveToActive.bind(backend));
  return backend;
};

/** BullMQ 6 on Postgres: jobs in a table, LISTEN/NOTIFY instead of a blocking pop. */
export function createPostgresJobBackend({ url }: { url: string }): JobBackend {
  const connection = (max: number) => ({
    connectionString: url,
    schema: QUEUE_SCHEMA,
    max,
    application_name: 'hikyaku_queue',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    Client: RestingClient,
  });

  return {
    kind: 'postgres',
    async openQueue(queueName: string) {
      await migrateQueueSchema(url);
      const queue = new Queue(
        queueName,
        { connection: connection(2), streams: { events: { maxLen: EVENTS_KEPT } } },
        createPostgresBackend,
      );
      await settleOrClose(queue);
      return {
        queue,
        ping: () => queue.getJobCounts('waiting'),
        close: () => queue.close(),
      };
    },
    async openWorker(queueName: string, process: RawProcessor, options: JobWorkerOptions) {
      await migrateQueueSchema(url);
      // Finishing and fetching are one statement; a few connections serve many places.
      const quick = { ...connection(4), options: NOT_AWAITED };
      const worker = new Worker(queueName, process, { ...options, connection: quick }, createRestingBackend);
      await settleOrClose(worker);
      return { worker, close: () => worker.close() };
    },
  };
}

/** BullMQ remembers a failed start for ever, so a handle that did not get ready is thrown away. */
async function settleOrClose(handle: {
  on(event: 'error', listener: () => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}): Promise<void> {
  handle.on('error', () => {});
  try {
    await handle.waitUntilReady();
  } catch (error) {
    await handle.close().catch(() => {});
    throw error;
  }
}

/** Brings BullMQ's schema up once; BullMQ holds an advisory lock meanwhile, and later starters find nothing to do. */
async function migrateQueueSchema(url: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'hikyaku_queue',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    // Looking first needs no right to create schemas, which a managed database may give to its owner only.
    const version = await assertSchemaCompatibility(client, QUEUE_SCHEMA).catch(() => 0);
    if (version < LATEST_SCHEMA_VERSION) await runMigrations(client, QUEUE_SCHEMA);
  } finally {
    await client.end();
  }
}
