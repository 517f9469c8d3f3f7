import { deviceGroup, deviceGroupChange, deviceGroupList, deviceGroupName, idParams } from '@hikyaku/contracts';
import { changeDeviceGroup, createDeviceGroup, listDeviceGroups, removeDeviceGroup } from '@hikyaku/services';
import { z } from 'zod';
import { type RouteTools, refusals, refusalsOfOne, type V1App } from '../http/v1.ts';

const tags = ['devices'];

/** Sites, floors, customers: names under which devices are looked at and changed together. */
export function groupRoutes(app: V1App, { run }: RouteTools): void {
  app.get(
    '/groups',
    {
      config: { permission: 'devices.read' },
      schema: {
        tags,
        operationId: 'listGroups',
        summary: 'All groups of devices, by name',
        response: { 200: deviceGroupList, ...refusals },
      },
    },
    (request) => run(request, (context) => listDeviceGroups(context)),
  );
  app.post(
    '/groups',
    {
      config: { permission: 'devices.change' },
      schema: {
        tags,
        operationId: 'createGroup',
        body: deviceGroupName,
        response: { 201: deviceGroup, ...refusals },
      },
    },
    async (request, reply) => {
      const created = await run(request, (context) => createDeviceGroup(context, request.body));
      return reply.status(201).send(created);
    },
  );
  app.patch(
    '/groups/:id',
    {
      config: { permission: 'devices.change' },
      schema: {
        tags,
        operationId: 'changeGroup',
        params: idParams,
        body: deviceGroupChange,
        response: { 200: deviceGroup, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => changeDeviceGroup(context, request.params.id, request.body)),
  );
  app.delete(
    '/groups/:id',
    {
      config: { permission: 'devices.change' },
      schema: {
        tags,
        operationId: 'removeGroup',
        summary: 'Its devices stay, in no group',
        params: idParams,
        response: { 204: z.null().describe('Removed'), ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      await run(request, (context) => removeDeviceGroup(context, request.params.id));
      return reply.status(204).send(null);
    },
  );
}
