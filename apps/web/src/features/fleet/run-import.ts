import type { Device, DeviceCredential, DeviceWithCredential } from '@hikyaku/contracts';
import { newKey } from '../../api/new-key.ts';
import { problemCode } from '../../api/problem.ts';
import { request } from '../../api/request.ts';
import { ensureGroup } from '../groups/ensure-group.ts';
import type { PlannedLine } from './plan-import.ts';

/** Side by side: a fleet of 2,000 in minutes, and nobody else waits. */
const AT_ONCE = 4;

const AWAY = 'api.unreachable';
/** What no further line would pass: nobody answers, for long, or who asks may not (any more). */
const STOPPING = new Set([AWAY, 'api.unauthenticated', 'api.forbidden', 'tenant.suspended']);
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
  /** Nobody answers just now; it is tried again. */
  isWaiting: boolean;
}

export const NOTHING_DONE: ImportProgress = {
  ...{ done: 0, total: 0, issued: [], failed: [] },
  ...{ stoppedBy: null, isWaiting: false },
};

/** How often a line is asked again while nobody answers, and for how long. */
export interface Patience {
  everyMs: number;
  forMs: number;
}

/** A walk through a cellar, or a restart of the relay. */
const PATIENCE: Patience = { everyMs: 4_000, forMs: 5 * 60_000 };

/**
 * Does what was planned, by the routes that everybody has; tells how far it is after each line. One line's failure stops no other, unless it would be
 * theirs, too; what was done stays done, and the same file goes on where it ended. While the line is away it waits for it: each line can be asked again, since a
 * device is made once (`creationKey`) and a new password ends none that works.
 */
export async function runImport(
  plan: readonly WorkLine[],
  tell: (progress: ImportProgress) => void,
  isStopped: () => boolean,
  patience = PATIENCE,
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
        // Asked for again, its password is the newest one.
        const others = progress.issued.filter((one) => one.line !== number);
        progress = { ...progress, issued: [...others, issuedOf(line, credential)] };
      };
      const creationKey = newKey();
      const wait = () => {
        progress = { ...progress, isWaiting: true };
        tell(progress);
      };
      const once = () => runLine(line, { creationKey, groupIdOf, issue });
      if (line.action === 'create' && isFull) fail(FULL);
      else await persist(once, { patience, wait, isStopped }).catch((thrown: unknown) => fail(problemCode(thrown)));
      progress = { ...progress, done: progress.done + 1, isWaiting: false };
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

/** Does it again while nobody answers; `wait` hears of each time. @throws what it threw last */
async function persist(
  once: () => Promise<void>,
  { patience, wait, isStopped }: { patience: Patience; wait: () => void; isStopped: () => boolean },
): Promise<void> {
  for (const until = Date.now() + patience.forMs; ; ) {
    try {
      return await once();
    } catch (thrown) {
      if (problemCode(thrown) !== AWAY || Date.now() >= until || isStopped()) throw thrown;
      wait();
      await new Promise((resolve) => setTimeout(resolve, patience.everyMs));
    }
  }
}

interface LineTools {
  creationKey: string;
  groupIdOf: typeof ensureGroup;
  /** Gets a login as soon as it is there, whatever fails after it. */
  issue: (credential: DeviceCredential) => void;
}

async function runLine(line: WorkLine, { creationKey, groupIdOf, issue }: LineTools): Promise<void> {
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
  const { device, credential } = await request<DeviceWithCredential>('POST', '/api/v1/devices', {
    ...body,
    creationKey,
  });
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
