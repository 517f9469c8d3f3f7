import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxContext } from '../context.ts';
import { readAs } from '../mailboxes/routes.ts';
import type { Box } from '../mailboxes/stored-mail.ts';
import { readParts } from '../mime/parts.ts';
import { errorPage } from './error-page.ts';
import { indexPage } from './index-page.ts';
import { languageOf } from './language.ts';
import { mailPage } from './mail-page.ts';
import { mailboxPage } from './mailbox-page.ts';
import { sendPart } from './part-route.ts';
import { sendPage } from './send-page.ts';
import { textsOf } from './texts.ts';

const STYLE = readFileSync(new URL('./sandbox.css', import.meta.url));

type OfMail = { Params: { id: string }; Querystring: { box?: string; of?: string } };

/** Pages for a person: every mailbox, one mailbox, one mail with its pictures. */
export function pageRoutes(app: FastifyInstance, context: SandboxContext): void {
  app.get('/assets/sandbox.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE));
  // Browsers ask for it on their own.
  app.get('/favicon.ico', (_request, reply) => reply.code(204).send());
  app.get('/', (request, reply) => sendPage(reply, indexPage(languageOf(request), context.mails.mailboxes())));
  app.get<{ Params: { address: string } }>('/mailboxes/:address', (request, reply) => {
    const { address } = request.params;
    const boxes = { inbox: context.mails.list(address, 'inbox'), sent: context.mails.list(address, 'sent') };
    return sendPage(reply, mailboxPage(languageOf(request), address, boxes));
  });
  app.get<OfMail>('/mails/:id', async (request, reply) => {
    const box = boxOf(request.query.box);
    const mail = context.mails.find(request.params.id);
    const raw = mail && (await readAs(context, mail.id, box));
    if (!mail || !raw) return gone(request, reply);
    const owner = request.query.of ?? mail.account;
    return sendPage(reply, mailPage({ language: languageOf(request), mail, box, owner, parts: readParts(raw) }));
  });
  app.get<{ Params: { id: string; index: string } }>('/mails/:id/parts/:index', async (request, reply) => {
    const raw = await context.mails.read(request.params.id);
    const part = raw && readParts(raw)[Number(request.params.index)];
    return part ? sendPart(reply, part) : gone(request, reply);
  });
  app.get<OfMail>('/mails/:id/source', async (request, reply) => {
    const raw = await readAs(context, request.params.id, boxOf(request.query.box));
    if (!raw) return gone(request, reply);
    return reply
      .header('content-security-policy', "sandbox; default-src 'none'")
      .header('content-disposition', `attachment; filename="${request.params.id}.eml"`)
      .type('application/octet-stream')
      .send(raw);
  });
}

const boxOf = (text: string | undefined): Box => (text === 'inbox' ? 'inbox' : 'sent');

function gone(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const language = languageOf(request);
  return sendPage(reply, errorPage({ language, title: '404', text: textsOf(language).gone }), { status: 404 });
}
