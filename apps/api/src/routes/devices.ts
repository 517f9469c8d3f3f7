import {
  credentialRotate,
  device,
  deviceContentChannel,
  deviceCreate,
  deviceHours,
  devicePage,
  deviceQuery,
  deviceUpdate,
  deviceWithCredential,
  idParams,
  recipientsConfirm,
  testMailAnswer,
  testMailRequest,
} from '@hikyaku/contracts';
import {
  changeDevice,
  chooseContentChannel,
  confirmRecipients,
  createDevice,
  getDevice,
  getDeviceHours,
  listDevices,
  removeDevice,
  rotateCredential,
  type SmtpAccess,
  sendTestMail,
} from '@hikyaku/services';
import { z } from 'zod';
import { type RouteTools, refusals, refusalsOfOne, type V1App } from '../http/v1.ts';
import { ownMailTools } from './own-mail-tools.ts';
import { portsOf } from './smtp-ports.ts';

const tags = ['devices'];

export function deviceRoutes(app: V1App, { options, run }: RouteTools): void {
  const { host, loginDomain, doors } = options.smtp;
  const access: SmtpAccess = { host, loginDomain, ports: portsOf(doors) };
  const tools = { digester: options.digester, access };
  const ownMail = ownMailTools(options);
  const { channels, tokenBox, environment } = options;
  const content = { channels, tokenBox, environment, access };

  app.get(
    '/devices',
    {
      config: { permission: 'devices.read' },
      schema: {
        tags,
        operationId: 'listDevices',
        querystring: deviceQuery,
        response: { 200: devicePage, ...refusals },
      },
    },
    (request) => run(request, (context) => listDevices(context, access, request.query)),
  );
  app.post(
    '/devices',
    {
      config: { permission: 'devices.change' },
      schema: {
        tags,
        operationId: 'createDevice',
        summary: 'Adds a device; the only answer that shows its password',
        body: deviceCreate,
        response: { 201: deviceWithCredential, ...refusals },
      },
    },
    async (request, reply) => {
      const created = await run(request, (context) => createDevice(context, tools, request.body));
      return reply.status(201).send(created);
    },
  );
  app.get(
    '/devices/:id',
    {
      config: { permission: 'devices.read' },
      schema: { tags, operationId: 'getDevice', params: idParams, response: { 200: device, ...refusalsOfOne } },
    },
    (request) => run(request, (context) => getDevice(context, access, request.params.id)),
  );
  app.get(
    '/devices/:id/hours',
    {
      config: { permission: 'devices.read' },
      schema: {
        tags,
        operationId: 'getDeviceHours',
        summary: 'When a device wrote in the last seven days, by the hour',
        params: idParams,
        response: { 200: deviceHours, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => getDeviceHours(context, request.params.id)),
  );
  app.patch(
    '/devices/:id',
    {
      config: { permission: 'devices.change' },
      schema: {
        tags,
        operationId: 'changeDevice',
        params: idParams,
        body: deviceUpdate,
        response: { 200: device, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => changeDevice(context, access, request.params.id, request.body)),
  );
  app.delete(
    '/devices/:id',
    {
      config: { permission: 'devices.change' },
      schema: {
        tags,
        operationId: 'removeDevice',
        params: idParams,
        response: { 204: z.null().describe('Removed'), ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      await run(request, (context) => removeDevice(context, request.params.id));
      return reply.status(204).send(null);
    },
  );
  app.post(
    '/devices/:id/credentials',
    {
      config: { permission: 'devices.change' },
      schema: {
        tags,
        operationId: 'rotateCredential',
        summary: 'A new password for the same user name',
        params: idParams,
        body: credentialRotate.nullish(),
        response: { 201: deviceWithCredential, ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      const input = request.body ?? credentialRotate.parse({});
      const rotated = await run(request, (context) => rotateCredential(context, tools, request.params.id, input));
      return reply.status(201).send(rotated);
    },
  );
  app.put(
    '/devices/:id/content-channel',
    {
      config: { permission: 'devices.change' },
      schema: {
        tags,
        operationId: 'chooseContentChannel',
        summary: 'Sends the subjects and pictures of its mails to one of the tenant’s channels, or to none',
        description:
          'An opt-in: the content of these mails leaves to the service behind the channel, as it leaves to a mail service, and is kept there as that service keeps it. LINE and Slack get the subject alone.',
        params: idParams,
        body: deviceContentChannel,
        response: { 200: device, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => chooseContentChannel(context, content, request.params.id, request.body)),
  );
  app.post(
    '/devices/:id/recipients/confirm',
    {
      config: { permission: 'devices.change' },
      schema: {
        tags,
        operationId: 'confirmRecipients',
        summary:
          'Allows or refuses recipients that wait for the owner’s word; their mail leaves, or is left out, within seconds',
        params: idParams,
        body: recipientsConfirm,
        response: { 200: device, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => confirmRecipients(context, access, request.params.id, request.body)),
  );
  app.post(
    '/devices/:id/test',
    {
      config: { permission: 'devices.change' },
      schema: {
        tags,
        operationId: 'sendTestMail',
        summary: 'A test mail by the way that this device’s mails take, from the relay on',
        description:
          'Without recipients it goes to one address: your own where it is verified, else the mailbox’s, or the first of the device’s list; in mode `replace` to the whole list. Who is only learnt from the device’s mail gets it only when named.',
        params: idParams,
        body: testMailRequest.nullish(),
        response: { 202: testMailAnswer, ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      const answer = await sendTestMail((work) => run(request, work), ownMail, request.params.id, request.body ?? {});
      return reply.status(202).send(answer);
    },
  );
}
