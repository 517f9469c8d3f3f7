import type { Recorder } from './recorder.ts';

/**
 * What people and scanners send us that is secret though it has no business here: passwords in the wrong field, codes of forged callbacks,
 * tokens in addresses, bodies that cannot be read. `typed` is the secret; its forms are put among the person's secrets.
 */
export async function makeMistakes(person: Recorder, typed: string): Promise<void> {
  const guess = { code: `code-of-nobody-${typed}`, state: `state-of-nobody-${typed}` };
  person.secrets.set(typed, 'password typed in a wrong place');
  await person.request(`/oauth/google/callback?${new URLSearchParams(guess)}`);
  await person.request(`/oauth/microsoft/callback?error=server_error&${new URLSearchParams(guess)}`);
  const bodies = [
    `{"password": "${typed}"`,
    JSON.stringify({ code: typed, name: typed, email: typed, password: typed }),
  ];
  for (const path of ['/api/v1/devices', '/api/auth/sign-in/email', '/api/auth/sign-up/email', '/api/v1/operator']) {
    for (const body of bodies)
      await person.request(path, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  }
  await person.request(`/api/v1/messages/${typed}?q=${typed}`);
  await person.request(`/api/v1/messages?cursor=${typed}&state=${typed}`);
  await person.request(`/nowhere?token=${typed}`, { headers: { authorization: `Bearer ${typed}` } });
}
