import type { Device, DeviceCredential, DeviceWithCredential } from '@hikyaku/contracts';
import { problemCode } from '../../api/problem.ts';
import { request } from '../../api/request.ts';
import { ensureGroup } from '../groups/ensure-group.ts';
import type { PlannedLine } from './plan-import.ts';

/** Side by side: a fleet of 2,000 in minutes, and nobody else waits. */
const AT_ONCE = 4;

/** What no further line would pass: nobody answers, or who asks may not (any more). */
const STOPPING = new Set(['api.unreachable', 'api.unauthenticated', 'api.forbidden', 'tenant.suspended']);
/** What no further device would pass. */
const FULL = 'limit.devices';

/** A device that gets a new password; the present one works for so long beside it. */
export interface RotatedLine {
  line: number;
  name: string;
  action: 'rotate';
  deviceId: string;
  keepOldMinutes: number;
  /** Name of its site. */
  site: string;
}
export type WorkLine = PlannedLine | RotatedLine;

export interface IssuedLogin {
  /** Of the file or the list: its order is that of the cards. */
  line: number;
  name: string;
  /** As the file or the list names it. */
  site: string;
  credential: DeviceCredential;
}

export interface ImportProgress {
  done: number;
  total: number;
  issued: IssuedLogin[];
  failed: { line: number; name: string; code: string }[];
  /** Why lines were left for a next time; null while none is. */
  stoppedBy: string | null;
}

export const NOTHING_DONE: ImportProgress = { done: 0, total: 0, issued: [], failed: [], stoppedBy: null };

/**
 * Does what was planned, by the routes that everybody has; tells how far it is after each line. One line's failure stops no other, unless it would be
 * theirs, too; what was done stays done, and the same file goes on where it ended.
 */
export async function runImport(
  plan: readonly WorkLine[],
  tell: (progress: ImportProgress) => void,
  isStopped: () => boolean,
): Promise<ImportProgress> {
  const work = plan.filter(({ action }) => action !== 'same' && action !== 'error');
  let progress: ImportProgress = { ...NOTHING_DONE, total: work.length };
  let isFull = false;
  const groupIdOf = oneAskEach(ensureGroup);
  const lines = work.values();
  const worker = async () => {
    for (const line of lines) {
      if (isStopped() || progress.stoppedBy) return;
      const { line: number, name } = line;
      const fail = (code: string) => {
        if (code === FULL) isFull = true;
        const stoppedBy = STOPPING.has(code) ? code : progress.stoppedBy;
        progress = { ...progress, stoppedBy, failed: [...progress.failed, { line: number, name, code }] };
      };
      const issue = (credential: DeviceCredential) => {
        progress = { ...progress, issued: [...progress.issued, issuedOf(line, credential)] };
      };
      if (line.action === 'create' && isFull) fail(FULL);
      else await runLine(line, groupIdOf, issue).catch((thrown: unknown) => fail(problemCode(thrown)));
      progress = { ...progress, done: progress.done + 1 };
      tell(progress);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  // Four at once end in any order.
  const issued = progress.issued.toSorted((a, b) => a.line - b.line);
  const failed = progress.failed.toSorted((a, b) => a.line - b.line);
  return { ...progress, issued, failed };
}

const issuedOf = (line: WorkLine, credential: DeviceCredential): IssuedLogin => ({
  line: line.line,
  name: line.name,
  site: ('site' in line && line.site) || ('group' in line && line.group) || '',
  credential,
});

/** `issue` gets a login as soon as it is there, whatever fails after it. */
async function runLine(
  line: WorkLine,
  groupIdOf: typeof ensureGroup,
  issue: (credential: DeviceCredential) => void,
): Promise<void> {
  if (line.action === 'rotate') {
    const body = { keepOldMinutes: line.keepOldMinutes };
    const path = `/api/v1/devices/${line.deviceId}/credentials`;
    issue((await request<DeviceWithCredential>('POST', path, body)).credential);
  }
  if (line.action !== 'create' && line.action !== 'change') return;
  const body = line.group === undefined ? line.body : { ...line.body, groupId: await groupIdOf(line.group) };
  if (line.action === 'change') {
    await request<Device>('PATCH', `/api/v1/devices/${line.deviceId}`, body);
    return;
  }
  const { device, credential } = await request<DeviceWithCredential>('POST', '/api/v1/devices', body);
  issue(credential);
  if (line.isPaused) await request<Device>('PATCH', `/api/v1/devices/${device.id}`, { isDisabled: true });
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
