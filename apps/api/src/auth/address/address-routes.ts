import type { Database } from '@hikyaku/db';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Auth, PASSWORD_MAX } from '../create-auth.ts';
import { limitAttempts } from '../limit-attempts.ts';
import type { AddressChanges } from './address-changes.ts';

/** Each compares a password, as a sign-up's confirmation does. */
const CONFIRMATIONS = [{ max: 5, windowMs: 60_000 }];
const UNDOINGS = [{ max: 10, windowMs: 60_000 }];

const token = z.string().min(1).max(100);
const proof = z.object({ token, password: z.string().min(1).max(PASSWORD_MAX) });

export interface AddressTools {
  auth: Auth;
  changes: AddressChanges;
  database: Database;
}

/** What the links in the mails of a changed address lead to (docs/adr/0053): posted from our own pages, since opening a link does nothing. */
export function addressRoutes(app: FastifyInstance, { auth, changes, database }: AddressTools): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  routes.post('/api/auth/confirm-address', { schema: { hide: true, body: proof } }, async (request) => {
    await limitAttempts(database, request, 'confirm-address', CONFIRMATIONS);
    const cookie = request.headers.cookie ?? '';
    const here = await auth.api.getSession({ headers: new Headers({ cookie }) });
    // Another's session is none of his: it neither ends nor is kept by this.
    return changes.confirm({ ...request.body, session: here?.session.token ?? null });
  });
  routes.post('/api/auth/undo-address', { schema: { hide: true, body: z.object({ token }) } }, async (request) => {
    await limitAttempts(database, request, 'undo-address', UNDOINGS);
    const done = await changes.undo(request.body.token);
    // The password is none any more: the way to a new one goes to the same mailbox.
    if (done.isRestored) await auth.api.requestPasswordReset({ body: { email: done.email } });
    return done;
  });
}
