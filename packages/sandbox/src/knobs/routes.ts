import type { FastifyInstance } from 'fastify';
import type { SandboxContext } from '../context.ts';
import { knobSchema } from './knob-schema.ts';
import { type KnobBody, resetSandbox, turnKnobs } from './turn-knobs.ts';

/** `GET|POST /knobs` and `POST /reset`. */
export function knobRoutes(app: FastifyInstance, context: SandboxContext): void {
  const { knobs, faults } = context;
  const show = () => ({ ...knobs.values(), accounts: knobs.accounts(), faults: faults.list() });
  app.get('/knobs', (_request, reply) => reply.send(show()));
  app.post<{ Body: KnobBody }>('/knobs', { schema: { body: knobSchema } }, async (request, reply) => {
    await turnKnobs(context, request.body);
    return reply.send(show());
  });
  app.post('/reset', async (_request, reply) => {
    await resetSandbox(context);
    return reply.send({ reset: true });
  });
}
