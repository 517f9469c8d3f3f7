import {
  alertChannel,
  alertChannelCreate,
  alertChannelList,
  alertChannelMade,
  alertChannelUpdate,
  alertDeliveryList,
  alertDeliveryRef,
  alertPage,
  alertQuery,
  idParams,
  webhookSecret,
} from '@hikyaku/contracts';
import {
  addAlertChannel,
  type ChannelTools,
  changeAlertChannel,
  listAlertChannels,
  listAlerts,
  listChannelDeliveries,
  removeAlertChannel,
  retellDelivery,
  rotateWebhookSecret,
  seeAlert,
  testAlertChannel,
} from '@hikyaku/services';
import { z } from 'zod';
import { readerOf } from '../http/reader-of.ts';
import { type RouteTools, refusals, refusalsOfOne, type V1App } from '../http/v1.ts';

const tags = ['alerts'];
const read = { permission: 'alerts.read' } as const;
const change = { permission: 'alerts.change' } as const;
const nothing = z.null().describe('Done');

/** What an owner is told of without having asked, and how. */
export function alertRoutes(app: V1App, { options, run, viewerOf }: RouteTools): void {
  const { channels, pushKey, tokenBox } = options;
  const tools: ChannelTools = { channels, pushKey, tokenBox };
  const doc = (operationId: string, summary: string) => ({ tags, operationId, summary });

  app.get(
    '/alerts',
    {
      config: read,
      schema: {
        ...doc('listAlerts', 'What goes on and went on, newest first; texts by Accept-Language (ja, en)'),
        querystring: alertQuery,
        response: { 200: alertPage, ...refusals },
      },
    },
    (request) => run(request, (context) => listAlerts(context, readerOf(request, viewerOf(request)), request.query)),
  );
  app.post(
    '/alerts/:id/seen',
    {
      config: change,
      schema: {
        ...doc('seeAlert', 'Somebody has read it'),
        params: idParams,
        response: { 204: nothing, ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      await run(request, (context) => seeAlert(context, request.params.id));
      return reply.code(204).send(null);
    },
  );
  app.get(
    '/alert-channels',
    {
      config: read,
      schema: {
        ...doc('listAlertChannels', 'The ways by which alerts are told'),
        response: { 200: alertChannelList, ...refusals },
      },
    },
    (request) => run(request, (context) => listAlertChannels(context, tools)),
  );
  app.post(
    '/alert-channels',
    {
      config: change,
      schema: {
        ...doc(
          'addAlertChannel',
          'Adds one: mail (your own confirmed address), webhook, Slack, Discord, Teams, Telegram, LINE',
        ),
        body: alertChannelCreate,
        response: { 201: alertChannelMade, ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      const made = await run(request, (context) => addAlertChannel(context, tools, request.body));
      return reply.code(201).send(made);
    },
  );
  app.patch(
    '/alert-channels/:id',
    {
      config: change,
      schema: {
        ...doc('changeAlertChannel', 'Its name, language or quiet hours'),
        params: idParams,
        body: alertChannelUpdate,
        response: { 200: alertChannel, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => changeAlertChannel(context, request.params.id, request.body)),
  );
  app.delete(
    '/alert-channels/:id',
    {
      config: change,
      schema: {
        ...doc('removeAlertChannel', 'Nothing more is told by it'),
        params: idParams,
        response: { 204: nothing, ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      await run(request, (context) => removeAlertChannel(context, request.params.id));
      return reply.code(204).send(null);
    },
  );
  app.post(
    '/alert-channels/:id/test',
    {
      config: change,
      schema: {
        ...doc('testAlertChannel', 'Tells a test by it; what became of it is among its deliveries'),
        params: idParams,
        response: { 202: alertDeliveryRef, ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      const test = await run(request, (context) => testAlertChannel(context, request.params.id));
      return reply.code(202).send(test);
    },
  );
  app.post(
    '/alert-channels/:id/secret',
    {
      config: change,
      schema: {
        ...doc('rotateWebhookSecret', 'A new signing secret; the old one signs beside it for a day'),
        params: idParams,
        response: { 200: webhookSecret, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => rotateWebhookSecret(context, tools, request.params.id)),
  );
  app.get(
    '/alert-channels/:id/deliveries',
    {
      config: read,
      schema: {
        ...doc('listAlertDeliveries', 'The newest fifty tellings of a channel'),
        params: idParams,
        response: { 200: alertDeliveryList, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => listChannelDeliveries(context, request.params.id)),
  );
  app.post(
    '/alert-deliveries/:id/retry',
    {
      config: change,
      schema: {
        ...doc('retryAlertDelivery', 'Tells it again'),
        params: idParams,
        response: { 204: nothing, ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      await run(request, (context) => retellDelivery(context, request.params.id));
      return reply.code(204).send(null);
    },
  );
}
