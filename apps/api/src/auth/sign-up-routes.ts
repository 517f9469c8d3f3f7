import type { Database } from '@hikyaku/db';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Auth, PASSWORD_MAX, PASSWORD_MIN } from './create-auth.ts';
import { limitAttempts } from './limit-attempts.ts';
import type { SignUps } from './sign-ups.ts';

/** As Better Auth limits its own sign-up, and in an hour what an office behind one address may need. */
export const SIGN_UPS = [
  { max: 3, windowMs: 10_000 },
  { max: 20, windowMs: 3_600_000 },
];
/** Each compares a password with up to ten hashes. */
const CONFIRMATIONS = [{ max: 5, windowMs: 60_000 }];

const person = z.object({
  // NUL has no place in Postgres, line ends none in a name.
  name: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .regex(/^\P{Cc}*$/u),
  email: z.email().max(254),
  password: z.string().min(PASSWORD_MIN).max(PASSWORD_MAX),
});
const proof = z.object({ token: z.string().min(1).max(100), password: z.string().min(1).max(PASSWORD_MAX) });

/** Signing up where the instance sends mail, in place of Better Auth's own (docs/adr/0010). */
export function signUpRoutes(app: FastifyInstance, tools: { signUps: SignUps; auth: Auth; database: Database }): void {
  const { signUps, auth, database } = tools;
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.post('/api/auth/sign-up/email', { schema: { hide: true, body: person } }, async (request) => {
    await limitAttempts(database, request, 'sign-up', SIGN_UPS);
    await signUps.ask(request.body);
    return { token: null };
  });
  routes.post('/api/auth/confirm-sign-up', { schema: { hide: true, body: proof } }, async (request, reply) => {
    await limitAttempts(database, request, 'confirm', CONFIRMATIONS);
    const { email } = await signUps.confirm(request.body);
    const cookie = request.headers.cookie ?? '';
    // Whoever is signed in stays who he is: a link does not change it.
    if (await auth.api.getSession({ headers: new Headers({ cookie }) })) return { email, isSignedIn: false };
    const { headers, response } = await auth.api.signInEmail({
      body: { email, password: request.body.password },
      returnHeaders: true,
    });
    // Where a second step is asked for, the password alone signs nobody in.
    if (!response.token) return { email, isSignedIn: false };
    for (const line of headers.getSetCookie()) reply.header('set-cookie', line);
    return { email, isSignedIn: true };
  });
}
