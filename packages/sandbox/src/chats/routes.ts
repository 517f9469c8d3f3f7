import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxContext } from '../context.ts';
import { readBody } from '../read-body.ts';
import type { Chat } from './chat-log.ts';

/** Telegram's largest album. */
const MAX_BODY_BYTES = 50 * 1024 * 1024;

interface Call {
  text: string;
  path: string;
  /** A field of its JSON, form or multipart body; null where it is not there. */
  field(name: string): string | null;
}

type Answer = { status: number; body: object | string };
const said = (body: object | string, status = 200): Answer => ({ status, body });

/** Chats with one address for everybody: alerts and mails' pictures come here instead, and are kept for whoever looks (`GET /chats`). */
export function chatRoutes(app: FastifyInstance, context: SandboxContext): void {
  const serve = (chat: Chat, answer: (call: Call, request: FastifyRequest) => Answer): void => {
    app.post(`/${chat}/*`, async (request: FastifyRequest, reply: FastifyReply) => {
      const { bytes, isTooLarge } = await readBody(request.raw, MAX_BODY_BYTES);
      if (isTooLarge) return reply.code(413).send({});
      const type = request.headers['content-type'] ?? '';
      const text = bytes.toString('latin1');
      const path = (request.params as { '*': string })['*'];
      const call: Call = { text, path, field: (name) => fieldOf(type, text, name) };
      const { status, body } = answer(call, request);
      const to = call.field('chat_id') ?? call.field('channel') ?? call.field('channel_id') ?? call.field('to');
      // A bot's token is a part of Telegram's path; nobody needs to see it here.
      context.chats.add({ chat, path: path.replace(/^bot[^/]*/, 'bot'), to, type, body: bytes });
      return reply.code(status).send(body);
    });
  };

  // core.telegram.org/bots/api#making-requests: what is wrong is said in `description` too.
  serve('telegram', ({ path, field }) => {
    if (!/^bot\d+:[\w-]+\/send(Message|Photo|MediaGroup)$/.test(path))
      return said({ ok: false, error_code: 404, description: 'Not Found' }, 404);
    if (field('chat_id') === null)
      return said({ ok: false, error_code: 400, description: 'Bad Request: chat_id is empty' }, 400);
    return said({ ok: true, result: { message_id: 1 } });
  });

  // developers.line.biz/en/reference/messaging-api/#send-push-message
  serve('line', ({ path, field }, { headers }) => {
    if (path !== 'v2/bot/message/push') return said({ message: 'Not found' }, 404);
    if (!/^Bearer \S+$/.test(headers.authorization ?? '')) return said({ message: 'Authentication failed' }, 401);
    return field('to') === null ? said({ message: 'The property, to, is required' }, 400) : said({ sentMessages: [] });
  });

  // docs.slack.dev/apis/web-api: errors are answers of 200.
  serve('slack', ({ path, field }, { headers }) => {
    if (path.startsWith('upload/')) return said('OK');
    if (!/^Bearer \S+$/.test(headers.authorization ?? '')) return said({ ok: false, error: 'not_authed' });
    const id = randomUUID();
    if (path === 'api/files.getUploadURLExternal')
      return said({ ok: true, upload_url: `http://${headers.host}/slack/upload/${id}`, file_id: id });
    if (path === 'api/files.completeUploadExternal') return said({ ok: true, files: [] });
    if (path !== 'api/chat.postMessage') return said({ ok: false, error: 'unknown_method' });
    const channel = field('channel');
    return said(channel === null ? { ok: false, error: 'channel_not_found' } : { ok: true, channel, ts: '1.000001' });
  });
}

/** `GET /chats` → `{items}`, the newest first; `raw` is what came, in base64. */
export function chatLogRoutes(app: FastifyInstance, context: SandboxContext): void {
  app.get('/chats', (_request, reply) => {
    const items = context.chats.list().map(({ chat, path, to, type, body, at }) => ({
      ...{ chat, path, to, type },
      at: new Date(at).toISOString(),
      raw: body.toString('base64'),
    }));
    return reply.send({ items });
  });
}

function fieldOf(type: string, text: string, name: string): string | null {
  if (type.startsWith('application/json')) {
    const body = jsonOf(text);
    const value = body?.[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
  }
  if (type.startsWith('application/x-www-form-urlencoded')) return new URLSearchParams(text).get(name);
  const label = `name="${name}"\r\n\r\n`;
  const at = text.indexOf(label);
  if (at < 0) return null;
  const end = text.indexOf('\r\n', at + label.length);
  return end < 0 ? null : text.slice(at + label.length, end);
}

function jsonOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}
