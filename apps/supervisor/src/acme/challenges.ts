import type { ServerResponse } from 'node:http';

/** What the front answers an authority that asks whether a name is ours (HTTP-01, RFC 8555, 8.3), by the token that it asks for. */
export type Challenges = Map<string, string>;

const PATH = /^\/\.well-known\/acme-challenge\/([A-Za-z0-9_-]{1,128})$/;

/** The answer to a path: a text, null for a challenge that is none of ours, undefined for any other path. */
export function answerChallenge(challenges: ReadonlyMap<string, string>, url: string): string | null | undefined {
  if (!url.startsWith('/.well-known/acme-challenge/')) return undefined;
  const [, token = ''] = PATH.exec(url) ?? [];
  return challenges.get(token) ?? null;
}

export function sayChallenge(outgoing: ServerResponse, answer: string | null): void {
  outgoing.writeHead(answer === null ? 404 : 200, { 'content-type': 'application/octet-stream' });
  outgoing.end(answer ?? '');
}
