import { z } from 'zod';
import { deviceName } from './device-policy.ts';
import { pageQuery, timestamp } from './paging.ts';

/** Where devices stand: a site, a floor, a customer. */
export const deviceGroup = z
  .object({
    id: z.uuid(),
    name: z.string(),
    /** What is gathered of its devices leaves as one digest for all of them. */
    digestTogether: z.boolean(),
    deviceCount: z.number().int(),
    createdAt: timestamp,
  })
  .meta({ id: 'DeviceGroup' });
export type DeviceGroup = z.infer<typeof deviceGroup>;

/** All of them, by name: a plan bounds their number. */
export const deviceGroupList = z.object({ items: z.array(deviceGroup) });
export type DeviceGroupList = z.infer<typeof deviceGroupList>;

/** Body of PATCH /groups/{id}. A field left out stays as it is. */
export const deviceGroupChange = z
  .strictObject({ name: deviceName.optional(), digestTogether: z.boolean().optional() })
  .meta({ id: 'DeviceGroupChange' });
export type DeviceGroupChange = z.infer<typeof deviceGroupChange>;

/** Body of POST /groups: a name is there once, whatever its case. */
export const deviceGroupName = z.strictObject({ name: deviceName }).meta({ id: 'DeviceGroupName' });
export type DeviceGroupName = z.infer<typeof deviceGroupName>;

/** Query of GET /devices; `none`: devices of no group. */
export const deviceQuery = pageQuery.extend({ groupId: z.union([z.uuid(), z.literal('none')]).optional() });
export type DeviceQuery = z.infer<typeof deviceQuery>;
