import { SANDBOX_CLIENTS } from '@hikyaku/core';
import type { SandboxProvider } from '../accounts/account.ts';

export type ClientCheck = 'ok' | 'unknown_client' | 'no_secret' | 'wrong_secret';

/** Client id and secret of a token call, from the body or from Basic authentication (RFC 6749 2.3.1). */
export function checkClient(
  provider: SandboxProvider,
  form: Record<string, string>,
  authorization: string | undefined,
): ClientCheck {
  const basic = /^Basic (\S+)$/i.exec(authorization ?? '')?.[1];
  const [basicId, basicSecret] = basic ? splitBasic(Buffer.from(basic, 'base64').toString()) : [undefined, undefined];
  const id = form.client_id ?? basicId;
  const secret = form.client_secret ?? basicSecret;
  const known = SANDBOX_CLIENTS[provider];
  if (id !== known.clientId) return 'unknown_client';
  if (!secret) return 'no_secret';
  return secret === known.clientSecret ? 'ok' : 'wrong_secret';
}

function splitBasic(text: string): [string, string] {
  const colon = text.indexOf(':');
  const decode = (part: string): string => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  };
  return [decode(text.slice(0, colon)), decode(text.slice(colon + 1))];
}
