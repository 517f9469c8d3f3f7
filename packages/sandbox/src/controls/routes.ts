import type { FastifyInstance } from 'fastify';
import type { SandboxContext } from '../context.ts';
import { knobSchema } from '../knobs/knob-schema.ts';
import { type KnobBody, resetSandbox, turnKnobs } from '../knobs/turn-knobs.ts';
import { languageOf } from '../pages/language.ts';
import { sendPage } from '../pages/send-page.ts';
import { readForm, readQuery } from '../read-form.ts';
import { controlsPage } from './controls-page.ts';
import { readControls } from './read-controls.ts';

/** `GET|POST /controls`: every knob on a page, for a person. What is pressed is what `POST /knobs` takes. */
export function controlRoutes(app: FastifyInstance, context: SandboxContext): void {
  app.get('/controls', (request, reply) => {
    const { account = '', said = '' } = readQuery(request);
    return sendPage(reply, controlsPage({ language: languageOf(request), context, account, said }));
  });
  app.post('/controls', async (request, reply) => {
    const form = await readForm(request);
    const account = (form.address ?? '').trim().toLowerCase();
    const back = (said: string) =>
      reply.redirect(`/controls?${new URLSearchParams({ ...(account ? { account } : {}), said })}`, 303);
    if (form.group === 'reset') {
      await resetSandbox(context);
      return back('reset');
    }
    // Only looks at an account.
    if (form.group === 'look') return back('');
    const body = readControls(form);
    const problem = body && (account === '' && form.group === 'account' ? 'address' : invalid(body));
    if (body && !problem) {
      await turnKnobs(context, body as KnobBody);
      return back('done');
    }
    const page = { language: languageOf(request), context, account, said: 'refused', problem: problem ?? 'group' };
    return sendPage(reply, controlsPage(page), { status: 400 });

    /** The first thing that the schema will not have; fills in its defaults. */
    function invalid(body: Record<string, unknown>): string | undefined {
      if (request.validateInput(body, knobSchema)) return undefined;
      const [error] = request.getValidationFunction(knobSchema)?.errors ?? [];
      return `${error?.instancePath.slice(1) ?? ''} ${error?.message ?? ''}`.trim();
    }
  });
}
