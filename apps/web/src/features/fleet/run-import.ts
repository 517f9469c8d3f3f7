import type { Device, DeviceCredential, DeviceWithCredential } from '@hikyaku/contracts';
import { problemCode } from '../../api/problem.ts';
import { request } from '../../api/request.ts';
import { ensureGroup } from '../groups/ensure-group.ts';
import type { PlannedLine } from './plan-import.ts';

/** Side by side: a fleet of 2,000 in minutes, and nobody else waits. */
const AT_ONCE = 4;

export interface ImportProgress {
  done: number;
  total: number;
  /** `site`: as the file names it. */
  issued: { name: string; site: string; credential: DeviceCredential }[];
  failed: { line: number; name: string; code: string }[];
}

/**
 * Creates and changes what was planned, by the routes that everybody has; tells how far it is after each line. One line's failure stops no other;
 * what was done stays done, and the same file goes on where it ended.
 */
export async function runImport(
  plan: readonly PlannedLine[],
  tell: (progress: ImportProgress) => void,
  isStopped: () => boolean,
): Promise<ImportProgress> {
  const work = plan.filter(({ action }) => action === 'create' || action === 'change');
  let progress: ImportProgress = { done: 0, total: work.length, issued: [], failed: [] };
  const groupIdOf = oneAskEach(ensureGroup);
  const lines = work.values();
  const worker = async () => {
    for (const line of lines) {
      if (isStopped()) return;
      try {
        const credential = await runLine(line, groupIdOf);
        if (credential) progress = { ...progress, issued: [...progress.issued, issuedOf(line, credential)] };
      } catch (thrown) {
        const failed = { line: line.line, name: line.name, code: problemCode(thrown) };
        progress = { ...progress, failed: [...progress.failed, failed] };
      }
      progress = { ...progress, done: progress.done + 1 };
      tell(progress);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return progress;
}

const issuedOf = (line: PlannedLine, credential: DeviceCredential) => ({
  name: line.name,
  site: ('group' in line && line.group) || '',
  credential,
});

async function runLine(line: PlannedLine, groupIdOf: typeof ensureGroup): Promise<DeviceCredential | null> {
  if (line.action !== 'create' && line.action !== 'change') return null;
  const body = line.group === undefined ? line.body : { ...line.body, groupId: await groupIdOf(line.group) };
  if (line.action === 'change') {
    await request<Device>('PATCH', `/api/v1/devices/${line.deviceId}`, body);
    return null;
  }
  const { device, credential } = await request<DeviceWithCredential>('POST', '/api/v1/devices', body);
  if (line.isPaused) await request<Device>('PATCH', `/api/v1/devices/${device.id}`, { isDisabled: true });
  return credential;
}

/** A site that a thousand lines name is asked for once; after a failure again, by the next line. */
function oneAskEach(ask: typeof ensureGroup): typeof ensureGroup {
  const asked = new Map<string, Promise<string | null>>();
  return (name) => {
    const key = name.toLowerCase();
    const id = asked.get(key) ?? ask(name);
    asked.set(key, id);
    id.catch(() => asked.delete(key));
    return id;
  };
}
