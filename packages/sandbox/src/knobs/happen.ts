import { directoryOf } from '../accounts/account.ts';
import type { SandboxContext } from '../context.ts';
import { touchesGmail } from '../google/scopes.ts';
import type { Happening } from './knobs.ts';

/** What an event outside does to an account's grants (facts 1.1 and 1.2). */
export async function happen(context: SandboxContext, { provider, account, event }: Happening): Promise<void> {
  const { grants } = context;
  // A domain: what its organization's administrator does.
  const name = account.includes('@') ? account.toLowerCase() : (directoryOf(account) ?? account);
  const live = grants.liveOf(provider, name);
  if (event === 'tokens_expired') return grants.expireAccess(live);
  if (event === 'password_changed') {
    // Kills a Gmail link, not a Microsoft one: the contrast that the dashboard's texts rest on.
    const dying = provider === 'google' ? live.filter((grant) => touchesGmail(grant.scopes)) : [];
    return grants.end(dying, event, true);
  }
  // Without continuous access evaluation a Microsoft access token lives on until it expires; Google's die at once.
  return grants.end(live, event, provider === 'google');
}
