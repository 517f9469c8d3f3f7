// Arrows point down only (docs/architecture.md). Everything here is an error; there are no warnings.
const FLOORS = [
  ['core'],
  ['mail', 'contracts', 'telemetry', 'config', 'devices'],
  ['db', 'queue', 'spool', 'vault', 'upstreams', 'ui', 'sandbox'],
  ['services'],
];

/** For each package: nothing of its own floor or of one above. */
const floorRules = FLOORS.flatMap((floor, height) =>
  floor.map((room) => {
    const forbidden = FLOORS.slice(height)
      .flat()
      .filter((other) => other !== room);
    return {
      name: `floor-of-${room}`,
      comment: `${room} imports only rooms below its floor`,
      severity: 'error',
      from: { path: `^packages/${room}/src` },
      to: { path: `^packages/(${forbidden.join('|')})/|^apps/` },
    };
  }),
);

const onlyIn = (name, module, rooms) => ({
  name,
  severity: 'error',
  from: { path: '^(apps|packages)/', pathNot: [...rooms, '/test/', '^packages/testing/'] },
  to: { path: `^node_modules/${module}(/|$)` },
});

export default {
  forbidden: [
    ...floorRules.filter((rule) => rule.to.path),
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'apps-never-import-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'web-imports-contracts-ui-devices',
      severity: 'error',
      from: { path: '^apps/web/' },
      to: { path: '^packages/', pathNot: '^packages/(contracts|ui|devices)/' },
    },
    {
      name: 'barrels-only',
      comment:
        'a package is entered by its index.ts; browsers get the rule of addresses, the lists of alerts and of why mail comes back without all of core, and a path without the schemas',
      severity: 'error',
      from: { path: '^(apps|packages)/([^/]+)/', pathNot: '/test/' },
      to: {
        path: '^packages/([^/]+)/src/',
        pathNot: [
          '^packages/[^/]+/src/index\\.tsx?$',
          '^packages/core/src/(mail-address|alerts/alerts|bounces/bounce-reasons)\\.ts$',
          '^packages/contracts/src/app-only-path\\.ts$',
          '^$1/$2/',
        ],
      },
    },
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      from: { path: '^(apps|packages)/[^/]+/src', pathNot: '^packages/testing/' },
      to: { path: '^packages/testing/' },
    },
    onlyIn('prisma-and-pg-in-db', '(@prisma/[^/]+|pg)', ['^packages/db/', '^packages/queue/']),
    onlyIn('bullmq-in-queue-and-worker', 'bullmq', ['^packages/queue/', '^apps/worker/']),
    onlyIn('smtp-server-in-edge', 'smtp-server', ['^apps/edge/']),
    onlyIn('nodemailer-in-upstreams-smtp', 'nodemailer', ['^packages/upstreams/src/smtp/']),
    onlyIn('next-in-web', 'next', ['^apps/web/']),
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: { path: '^(apps|packages|test|bench)/' },
      // The last one has types alone, and nothing to resolve.
      to: { couldNotResolve: true, pathNot: '^(geist|server-only|@microsoft/microsoft-graph-types)' },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: { path: '^(apps|packages)/[^/]+/src' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(generated|\\.next)/|next-env\\.d\\.ts$' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
