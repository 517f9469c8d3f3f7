import { deviceRules, idParams, mailRuleList, ruleTrial } from '@hikyaku/contracts';
import {
  getDeviceRules,
  getGroupRules,
  replaceDeviceRules,
  replaceGroupRules,
  tryDeviceRules,
  tryGroupRules,
} from '@hikyaku/services';
import { type RouteTools, refusalsOfOne, type V1App } from '../http/v1.ts';

const tags = ['devices'];

/** Rules for mail by its subject or its recipients: of a device, and of a group for all devices in it. */
export function mailRuleRoutes(app: V1App, { run }: RouteTools): void {
  const change = { config: { permission: 'devices.change' as const } };
  const ofOne = { tags, params: idParams };
  app.get(
    '/devices/:id/rules',
    {
      config: { permission: 'devices.read' },
      schema: { ...ofOne, operationId: 'getDeviceRules', response: { 200: deviceRules, ...refusalsOfOne } },
    },
    (request) => run(request, (context) => getDeviceRules(context, request.params.id)),
  );
  app.put(
    '/devices/:id/rules',
    {
      ...change,
      schema: {
        ...ofOne,
        operationId: 'replaceDeviceRules',
        summary: 'The first rule that fits a mail counts; those of the device’s group come after its own',
        body: mailRuleList,
        response: { 200: deviceRules, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => replaceDeviceRules(context, request.params.id, request.body)),
  );
  app.post(
    '/devices/:id/rules/try',
    {
      ...change,
      schema: {
        ...ofOne,
        operationId: 'tryDeviceRules',
        summary: 'What rules would have done with the device’s newest 50 mails; nothing is changed',
        body: mailRuleList,
        response: { 200: ruleTrial, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => tryDeviceRules(context, request.params.id, request.body)),
  );
  app.get(
    '/groups/:id/rules',
    {
      config: { permission: 'devices.read' },
      schema: { ...ofOne, operationId: 'getGroupRules', response: { 200: mailRuleList, ...refusalsOfOne } },
    },
    (request) => run(request, (context) => getGroupRules(context, request.params.id)),
  );
  app.put(
    '/groups/:id/rules',
    {
      ...change,
      schema: {
        ...ofOne,
        operationId: 'replaceGroupRules',
        summary: 'Rules for mail of all devices in the group, after those of each device itself',
        body: mailRuleList,
        response: { 200: mailRuleList, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => replaceGroupRules(context, request.params.id, request.body)),
  );
  app.post(
    '/groups/:id/rules/try',
    {
      ...change,
      schema: {
        ...ofOne,
        operationId: 'tryGroupRules',
        summary: 'What rules would have done with the newest 50 mails of the group’s devices; nothing is changed',
        body: mailRuleList,
        response: { 200: ruleTrial, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => tryGroupRules(context, request.params.id, request.body)),
  );
}
