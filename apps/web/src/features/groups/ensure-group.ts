import type { DeviceGroup, DeviceGroupList } from '@hikyaku/contracts';
import { problemCode } from '../../api/problem.ts';
import { request } from '../../api/request.ts';

/**
 * The id of the site of this name, which is made where there is none; null for no name. A site is known by its name, whatever its case, on pages and in files alike.
 * @throws ApiProblem `limit.device_groups`
 */
export async function ensureGroup(name: string): Promise<string | null> {
  const wanted = name.trim();
  if (!wanted) return null;
  const known = await findGroup(wanted);
  if (known) return known;
  try {
    return (await request<DeviceGroup>('POST', '/api/v1/groups', { name: wanted })).id;
  } catch (thrown) {
    // Somebody was quicker.
    const made = problemCode(thrown) === 'group.name_taken' ? await findGroup(wanted) : undefined;
    if (!made) throw thrown;
    return made;
  }
}

async function findGroup(name: string): Promise<string | undefined> {
  const { items } = await request<DeviceGroupList>('GET', '/api/v1/groups');
  return items.find((group) => group.name.toLowerCase() === name.toLowerCase())?.id;
}
