import type { SandboxContext } from '../context.ts';

/** An organization's approval of the relay is a grant of its directory: it outlives a restart, and ends as a person's does (`consent_withdrawn`). */
export async function approve({ grants }: SandboxContext, directory: string, scopes: string[]): Promise<void> {
  await grants.add({ provider: 'microsoft', address: directory, scopes, isRefreshable: false });
}

export const isApproved = ({ grants }: SandboxContext, directory: string): boolean =>
  grants.liveOf('microsoft', directory).length > 0;
