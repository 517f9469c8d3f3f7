import { timingSafeEqual } from 'node:crypto';
import { type Me, me, meUpdate, operatorAnswer, operatorClaim } from '@hikyaku/contracts';
import { RelayError } from '@hikyaku/core';
import { claimOperator, countAttempt, findViewer, hasOperator, updateViewer } from '@hikyaku/db';
import type { Viewer } from '../auth/resolve-viewer.ts';
import { type RouteTools, refusals, refusalsOfOne, type V1App } from '../http/v1.ts';
import { portsOf } from './smtp-ports.ts';

const tags = ['me'];
/** The code has 59 bits; this only keeps a script from filling the log. */
const CLAIMS_PER_MINUTE = 5;

export function meRoutes(app: V1App, { options, viewerOf }: RouteTools): void {
  const { database, operator } = options;

  const describe = async (viewer: Viewer): Promise<Me> => ({
    user: { id: viewer.userId, name: viewer.name, email: viewer.email, emailVerified: viewer.emailVerified },
    tenant: { id: viewer.tenantId, name: viewer.tenantName, timeZone: viewer.tenantTimeZone },
    role: viewer.role,
    hasSecondStep: viewer.hasSecondStep,
    isOperator: viewer.isOperator,
    operatorWanted: Boolean(operator.code) && !(await hasOperator(database)),
    locale: viewer.locale === 'ja' || viewer.locale === 'en' ? viewer.locale : null,
    environment: options.environment,
    sandboxUrl: options.sandboxUrl,
    providers: {
      microsoft: options.connectors.microsoft !== undefined,
      google: options.connectors.google !== undefined,
      smtp: options.testSmtp !== undefined,
    },
    smtp: {
      ...options.smtp,
      doors: options.smtp.doors.filter((door) => door.protocol === 'smtp'),
      ports: portsOf(options.smtp.doors),
    },
  });

  app.get(
    '/me',
    { config: { permission: 'self' }, schema: { tags, operationId: 'getMe', response: { 200: me, ...refusals } } },
    (request) => describe(viewerOf(request)),
  );
  app.patch(
    '/me',
    {
      config: { permission: 'self' },
      schema: { tags, operationId: 'changeMe', body: meUpdate, response: { 200: me, ...refusals } },
    },
    async (request) => {
      const viewer = viewerOf(request);
      await updateViewer(database, viewer.userId, request.body);
      const row = await findViewer(database, { userId: viewer.userId, chosenTenantId: viewer.tenantId });
      return describe({ ...viewer, name: row?.name ?? viewer.name, locale: row?.locale ?? null });
    },
  );
  app.post(
    '/operator',
    {
      config: { permission: 'self' },
      schema: {
        tags,
        operationId: 'claimOperator',
        summary: 'Enters the one-time code that was printed at the first start',
        body: operatorClaim,
        response: { 200: operatorAnswer, ...refusalsOfOne },
      },
    },
    async (request) => {
      const { userId } = viewerOf(request);
      const retryAfterMs = await countAttempt(database, {
        key: `operator|${userId}`,
        max: CLAIMS_PER_MINUTE,
        windowMs: 60_000,
        now: Date.now(),
      });
      if (retryAfterMs) throw new RelayError('api.rate_limited', { retryAfterMs });
      if (!operator.code || !isSameCode(request.body.code, operator.code)) {
        throw new RelayError('api.invalid', { fields: { code: 'is not the code' } });
      }
      if (!(await claimOperator(database, userId))) {
        throw new RelayError('api.conflict', { internal: 'the code was used', fields: { code: 'was used already' } });
      }
      return { isOperator: true as const };
    },
  );
}

function isSameCode(typed: string, code: string): boolean {
  const plain = (value: string) => Buffer.from(value.replace(/[\s-]/g, '').toUpperCase().padEnd(200).slice(0, 200));
  return timingSafeEqual(plain(typed), plain(code));
}
