import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { SandboxContext } from '../context.ts';
import { withoutFields } from '../mime/header.ts';
import { type Box, cameAt, type StoredMail } from './stored-mail.ts';

/** `GET /mailboxes/{address}/sent|inbox` → `{items}`, newest first. `?limit=` cuts, `?raw=false` leaves the bytes out. */
export function mailboxRoutes(app: FastifyInstance, context: SandboxContext): void {
  app.get<{ Params: { address: string; box: Box }; Querystring: { limit?: number; raw?: boolean } }>(
    '/mailboxes/:address/:box',
    {
      schema: {
        params: { type: 'object', properties: { box: { enum: ['sent', 'inbox'] } } },
        querystring: {
          type: 'object',
          properties: { limit: { type: 'integer', minimum: 1 }, raw: { type: 'boolean' } },
        },
      },
    },
    (request, reply) => {
      const { address, box } = request.params;
      const mails = context.mails.list(address, box).slice(0, request.query.limit ?? Number.POSITIVE_INFINITY);
      reply.type('application/json; charset=utf-8');
      // Written mail by mail: five hundred large ones together would not fit into one string.
      return reply.send(Readable.from(writeItems(context, mails, box, request.query.raw !== false)));
    },
  );
}

async function* writeItems(
  context: SandboxContext,
  mails: StoredMail[],
  box: Box,
  withRaw: boolean,
): AsyncGenerator<string> {
  yield '{"items":[';
  let separator = '';
  for (const mail of mails) {
    const raw = withRaw ? await readAs(context, mail.id, box) : undefined;
    if (withRaw && !raw) continue;
    const { id, provider, account, from, to, cc, bcc, subject, sizeBytes } = mail;
    const at = new Date(cameAt(mail, box)).toISOString();
    const item = { id, provider, account, from, to, cc, bcc, subject, sizeBytes, at, raw: raw?.toString('base64') };
    yield separator + JSON.stringify(item);
    separator = ',';
  }
  yield ']}';
}

/** The bytes as this folder shows them: Sent keeps Bcc, an inbox never had it. */
export async function readAs(context: SandboxContext, id: string, box: Box): Promise<Buffer | undefined> {
  const raw = await context.mails.read(id);
  return raw && (box === 'inbox' ? withoutFields(raw, ['bcc']) : raw);
}
