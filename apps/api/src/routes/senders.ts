import { idParams, mailboxSender, mailboxSenderList, senderCreate, testMailAnswer } from '@hikyaku/contracts';
import {
  addSender,
  confirmMailboxSender,
  listMailboxSenders,
  removeMailboxSender,
  sendSenderTest,
} from '@hikyaku/services';
import { z } from 'zod';
import { type RouteTools, refusalsOfOne, type V1App } from '../http/v1.ts';
import { ownMailTools } from './own-mail-tools.ts';

const tags = ['mailboxes'];

/** Addresses beside its own that a mailbox sends from: aliases and shared mailboxes. */
export function senderRoutes(app: V1App, { options, run }: RouteTools): void {
  app.get(
    '/mailboxes/:id/senders',
    {
      config: { permission: 'mailboxes.read' },
      schema: {
        tags,
        operationId: 'listSenders',
        summary: 'The further addresses that a mailbox sends from, or is to be tried with',
        params: idParams,
        response: { 200: mailboxSenderList, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => listMailboxSenders(context, request.params.id)),
  );
  app.post(
    '/mailboxes/:id/senders',
    {
      config: { permission: 'mailboxes.change' },
      schema: {
        tags,
        operationId: 'addSender',
        summary: 'A further address; a device may choose it once a test mail has shown that it works',
        params: idParams,
        body: senderCreate,
        response: { 201: mailboxSender, ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      const added = await run(request, (context) => addSender(context, request.params.id, request.body));
      return reply.status(201).send(added);
    },
  );
  app.post(
    '/senders/:id/test',
    {
      config: { permission: 'mailboxes.change' },
      schema: {
        tags,
        operationId: 'sendSenderTest',
        summary: 'A test mail from this sender to the mailbox; its outcome is the sender’s state',
        params: idParams,
        response: { 202: testMailAnswer, ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      const answer = await sendSenderTest((work) => run(request, work), ownMailTools(options), request.params.id);
      return reply.status(202).send(answer);
    },
  );
  app.post(
    '/senders/:id/confirm',
    {
      config: { permission: 'mailboxes.change' },
      schema: {
        tags,
        operationId: 'confirmSender',
        summary: 'The test mail came with this sender: Gmail does not say it itself',
        params: idParams,
        response: { 204: z.null().describe('It may be chosen'), ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      await run(request, (context) => confirmMailboxSender(context, request.params.id));
      return reply.status(204).send(null);
    },
  );
  app.delete(
    '/senders/:id',
    {
      config: { permission: 'mailboxes.change' },
      schema: {
        tags,
        operationId: 'removeSender',
        summary: 'Its devices send from the mailbox’s own address again',
        params: idParams,
        response: { 204: z.null().describe('Removed'), ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      await run(request, (context) => removeMailboxSender(context, request.params.id));
      return reply.status(204).send(null);
    },
  );
}
