import type { FastifyInstance } from 'fastify';
import type { SandboxContext } from '../context.ts';
import type { Fault } from './fault.ts';
import { happen } from './happen.ts';
import { knobSchema } from './knob-schema.ts';
import type { AccountKnobs, Happening, KnobValues } from './knobs.ts';

interface KnobBody extends Partial<KnobValues> {
  accounts?: Record<string, AccountKnobs>;
  faults?: Fault[];
  happen?: Happening[];
}

/** `GET|POST /knobs` and `POST /reset`. */
export function knobRoutes(app: FastifyInstance, context: SandboxContext): void {
  const { knobs, faults } = context;
  const show = () => ({ ...knobs.values(), accounts: knobs.accounts(), faults: faults.list() });
  app.get('/knobs', (_request, reply) => reply.send(show()));
  app.post<{ Body: KnobBody }>('/knobs', { schema: { body: knobSchema } }, async (request, reply) => {
    const { accounts = {}, faults: added, happen: events = [], ...values } = request.body;
    knobs.set(values);
    for (const [address, change] of Object.entries(accounts)) knobs.setAccount(address, change);
    if (added?.length === 0) faults.clear();
    else if (added) faults.add(added);
    for (const event of events) await happen(context, event);
    return reply.send(show());
  });
  app.post('/reset', async (_request, reply) => {
    knobs.clear();
    faults.clear();
    context.limits.clear();
    context.codes.clear();
    await Promise.all([context.grants.clear(), context.mails.clear()]);
    return reply.send({ reset: true });
  });
}
