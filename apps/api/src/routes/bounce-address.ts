import { bounceAddress } from '@hikyaku/contracts';
import { getBounceAddress, renewBounceAddressOf } from '@hikyaku/services';
import { type RouteTools, refusals, refusalsOfOne, type V1App } from '../http/v1.ts';

const tags = ['mailboxes'];

/** Where owners have non-delivery reports forwarded to. */
export function bounceAddressRoutes(app: V1App, { options, run }: RouteTools): void {
  const tools = { bounceDomain: options.bounceDomain };
  app.get(
    '/bounce-address',
    {
      config: { permission: 'mailboxes.read' },
      schema: {
        tags,
        operationId: 'getBounceAddress',
        summary: 'The address to which mailboxes forward non-delivery reports',
        response: { 200: bounceAddress, ...refusals },
      },
    },
    (request) => run(request, (context) => getBounceAddress(context, tools)),
  );
  app.post(
    '/bounce-address',
    {
      config: { permission: 'mailboxes.change' },
      schema: {
        tags,
        operationId: 'renewBounceAddress',
        summary: 'Makes that address, or a new one in its place; the old one takes nothing any more',
        response: { 200: bounceAddress, ...refusals, 404: refusalsOfOne[404] },
      },
    },
    (request) => run(request, (context) => renewBounceAddressOf(context, tools)),
  );
}
