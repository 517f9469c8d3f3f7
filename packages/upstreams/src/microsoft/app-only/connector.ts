import { type AppOnlyConnector, ERROR_TABLE, RelayError, systemClock } from '@hikyaku/core';
import { readJson } from '../../http/http-call.ts';
import type { UpstreamPool } from '../../http/upstream-pool.ts';
import { readDirectory, sendJson } from '../client.ts';
import { adminPageUrl, graphPermission, type MicrosoftConfig } from '../config.ts';
import { toSendResult } from '../send-answers.ts';
import { appOnlyAccountKey, writeAppOnlySecret } from './account.ts';
import { asAppOnly, readAppTokenError } from './answers.ts';
import { createAppTokens } from './tokens.ts';

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Mailboxes of a Microsoft 365 organization that its administrator lets the relay send from. */
export function createAppOnlyConnector(options: { config: MicrosoftConfig; pool: UpstreamPool }): AppOnlyConnector {
  const { config, pool } = options;
  const tokens = createAppTokens({ config, pool, clock: systemClock });
  return {
    clientId: config.clientId,

    approvalUrl: ({ redirectUri, state }) =>
      // The least that makes the directory know the relay. `Mail.Send` is not asked for: given here it would hold for every mailbox, whatever
      // Exchange's roles say, since the two are added up.
      adminPageUrl(config, { redirectUri, state, scopes: [graphPermission(config, 'User.Read')] }),

    async sendProof({ address, subject, text }) {
      const directory = await directoryOf(pool, config, address.slice(address.lastIndexOf('@') + 1));
      const accessToken = await tokens.tokenOf({ directory }).catch((thrown: unknown) => {
        const { verdict, text: words } = readAppTokenError(thrown);
        throw new RelayError(verdict.code, { internal: words ?? 'no answer' });
      });
      const own = { emailAddress: { address } };
      const answer = await sendJson(pool, config, {
        ...{ accessToken, address },
        message: { subject, body: { contentType: 'text', content: text }, from: own, toRecipients: [own] },
      }).catch(() => {
        throw new RelayError('upstream.unavailable', { internal: 'proof: no answer' });
      });
      const result = asAppOnly(toSendResult(answer, Date.now()));
      if (result.outcome !== 'accepted') {
        // Without the proof nothing is connected: what would be tried again with a mail is tried again by the person.
        const code = ERROR_TABLE[result.code].job === 'hold' ? result.code : 'upstream.unavailable';
        throw new RelayError(code, { internal: `proof: ${result.text ?? result.status}` });
      }
      return {
        accountKey: appOnlyAccountKey({ directory }, address),
        address,
        signInName: null,
        displayName: null,
        scopes: [graphPermission(config, '.default')],
        secret: writeAppOnlySecret({ directory }),
      };
    },
  };
}

/** The id of the directory that a domain belongs to. @throws RelayError `oauth.wrong_kind`, `upstream.unavailable` */
async function directoryOf(pool: UpstreamPool, config: MicrosoftConfig, domain: string): Promise<string> {
  const answer = await readDirectory(pool, config, domain).catch(() => undefined);
  const { issuer } = (readJson(answer?.text ?? '') ?? {}) as { issuer?: unknown };
  const id = typeof issuer === 'string' ? issuer.split('/').find((part) => ID.test(part)) : undefined;
  if (answer?.status === 200 && id) return id.toLowerCase();
  // Entra says 400 `invalid_tenant` of a domain that no directory has.
  if (answer?.status === 400) throw new RelayError('oauth.wrong_kind', { internal: 'no directory of this domain' });
  throw new RelayError('upstream.unavailable', { internal: `directory: ${answer?.status ?? 'no answer'}` });
}
