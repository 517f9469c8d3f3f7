import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { doorsOf, readSettings } from '@hikyaku/config';
import { EDGE_NODE_OPTIONS, MAIL_ENVIRONMENT, WORKER_NODE_OPTIONS } from '@hikyaku/telemetry';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const dockerfile = readFileSync(join(root, 'infra/docker/Dockerfile'), 'utf8');
interface Service {
  build?: { target: string };
  command?: string[];
  environment?: Record<string, string | number>;
  ports?: string[];
  volumes?: string[];
  read_only?: boolean;
  tmpfs?: string[];
  cap_drop?: string[];
  logging?: { driver: string };
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }> | string[];
}
const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};

/** Of who fills in what has to be: the environment of a container as its program reads it. */
const GIVEN: Record<string, string> = {
  HIKYAKU_PUBLIC_HOST: 'relay.example.com',
  HIKYAKU_SMTP_HOST: 'smtp.example.com',
  HIKYAKU_MASTER_KEY: Buffer.alloc(32).toString('base64'),
  HIKYAKU_EDGE_KEY: Buffer.alloc(32).toString('base64'),
  POSTGRES_PASSWORD: 'secret',
};
const settingsOf = (service: string) => {
  const filled = Object.entries(compose.services[service]!.environment ?? {}).map(([name, value]) => {
    const text = String(value).replace(
      /\$\{(\w+)(?::[-?]([^}]*))?\}/g,
      (_, key: string, rest = '') => GIVEN[key] ?? rest,
    );
    return [name, text] as const;
  });
  return readSettings(Object.fromEntries(filled));
};
const OURS = ['migrate', 'api', 'worker', 'edge', 'certificates'];

test('compose has every process of the design', () => {
  assert.deepEqual(Object.keys(compose.services).sort(), [
    'api',
    'caddy',
    'certificates',
    'commands',
    'edge',
    'migrate',
    'postgres',
    'valkey',
    'web',
    'worker',
  ]);
});

test('every build target of compose is a stage of the Dockerfile', () => {
  const stages = [...dockerfile.matchAll(/^FROM .* AS (\S+)$/gm)].map((match) => match[1]);
  const targets = Object.values(compose.services).flatMap((service) => (service.build ? [service.build.target] : []));
  assert.equal(targets.length, 7);
  for (const target of targets) assert.ok(stages.includes(target), target);
});

test('the Dockerfile copies the manifest of every workspace, and only files that exist', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--)(.*) \S+$/gm)]
    .flatMap((match) => match[1]!.split(' '))
    .filter((file) => file !== '.');
  const kept = [...dockerfile.matchAll(/^COPY --from=source \/srv\/hikyaku\/(\S+) /gm)].map((match) => match[1]!);
  for (const file of kept.filter((name) => !name.endsWith('/dist'))) assert.ok(existsSync(join(root, file)), file);
  for (const file of copied) assert.ok(existsSync(join(root, file)), file);
  for (const parent of ['apps', 'packages']) {
    for (const room of readdirSync(join(root, parent)))
      assert.ok(copied.includes(`${parent}/${room}/package.json`), `${parent}/${room}`);
  }
});

test('every command of the Dockerfile starts a file that exists', () => {
  const files = [...dockerfile.matchAll(/^CMD \["node", (?:"--[^"]+", )*"([^"]+)"/gm)].map((match) => match[1]!);
  assert.equal(files.length, 5);
  assert.match(dockerfile, /node scripts\/bundle\.mjs commands/, 'programs are built');
  for (const file of files.filter((name) => name !== 'apps/web/server.js')) {
    const source = file.replace(/\/dist\/(.*)\.mjs$/, '/src/$1.ts');
    assert.ok(existsSync(join(root, source)), file);
    assert.ok(dockerfile.includes(`COPY --from=source /srv/hikyaku/${dirname(file)} ${dirname(file)}\n`), file);
  }
  const command = /^CMD \["([\w-]+\.mjs)"\]$/m.exec(dockerfile)![1]!;
  assert.ok(existsSync(join(root, 'scripts', command)), command);
});

test('edge and worker run in containers with the options by which npm start bounds their memory', () => {
  for (const [name, options] of Object.entries({ edge: EDGE_NODE_OPTIONS, worker: WORKER_NODE_OPTIONS })) {
    const command = JSON.stringify(['node', ...options, `apps/${name}/dist/main.mjs`]).replaceAll(',', ', ');
    assert.ok(dockerfile.includes(`CMD ${command}`), command);
    const image = dockerfile.split(/^FROM /m).find((part) => part.startsWith(`runtime AS ${name}\n`))!;
    for (const [variable, value] of Object.entries(MAIL_ENVIRONMENT))
      assert.ok(image.includes(`ENV ${variable}=${value}\n`), `${name}: ${variable}`);
  }
});

test('every setting in compose is one that config knows', () => {
  const names = new Set(Object.values(compose.services).flatMap((service) => Object.keys(service.environment ?? {})));
  const environment = Object.fromEntries(
    [...names]
      .filter((name) => name.startsWith('HIKYAKU_') && name !== 'HIKYAKU_PUBLIC_HOST')
      .map((name) => [name, '']),
  );
  assert.ok(Object.keys(environment).length > 8);
  assert.doesNotThrow(() => readSettings(environment));
});

test('the settings of every container can be read together, and all name the same doors; each door is published at its own port, since the edge tells devices its numbers', () => {
  const doors = doorsOf(settingsOf('edge'));
  assert.equal(doors.length, 7);
  for (const service of OURS) assert.deepEqual(doorsOf(settingsOf(service)), doors, service);
  assert.deepEqual(compose.services.edge!.ports!.toSorted(), doors.map(({ port }) => `${port}:${port}`).toSorted());
  const exposed = /AS edge\n(?:(?:ENV|COPY) [^\n]+\n)+EXPOSE ([\d ]+)\n/.exec(dockerfile)![1]!.split(' ').map(Number);
  for (const { port } of doors) assert.ok(exposed.includes(port), String(port));
});

test('every volume is declared, and mounted at or below the data folder, in a folder that the image makes for its user', () => {
  const mounts = OURS.flatMap((service) => compose.services[service]!.volumes ?? []);
  const made = /install -d -o node -g node -m 0700 ([^\n]+)/.exec(dockerfile)![1]!.split(' ');
  for (const mount of mounts) {
    const [volume, path] = mount.split(':');
    assert.ok(volume! in compose.volumes, mount);
    assert.ok(made.includes(path!), mount);
    assert.ok(path === settingsOf('edge').DATA_DIR || path!.startsWith(`${settingsOf('edge').DATA_DIR}/`), mount);
  }
});

test('who waits for a healthy service waits for one that says so, and who waits for an end for one that ends', () => {
  for (const [name, { depends_on = {} }] of Object.entries(compose.services)) {
    if (Array.isArray(depends_on)) continue;
    for (const [other, { condition }] of Object.entries(depends_on)) {
      if (condition === 'service_healthy') assert.ok(compose.services[other]!.healthcheck, `${name} → ${other}`);
      else assert.equal(`${condition} ${other}`, 'service_completed_successfully migrate');
    }
  }
});

test('health is asked for where the process answers, and told by an exit code: well, unwell, not there', async () => {
  const answers = { port: 0, status: 200 };
  const server = createServer((incoming, outgoing) => {
    outgoing.writeHead(incoming.url === '/readyz' ? answers.status : 404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  answers.port = (server.address() as { port: number }).port;
  const ask = async (code: string): Promise<number> => {
    const [exit] = (await once(spawn(process.execPath, ['-e', code]), 'exit')) as [number];
    return exit;
  };
  try {
    const asking = OURS.filter((service) => compose.services[service]!.healthcheck);
    assert.deepEqual(asking, ['api', 'worker', 'edge']);
    for (const service of asking) {
      const { API_PORT, METRICS_PORT, METRICS_LISTEN } = settingsOf(service);
      const [kind, program, flag, code] = compose.services[service]!.healthcheck!.test;
      assert.deepEqual([kind, program, flag], ['CMD', 'node', '-e']);
      const url = `http://${METRICS_LISTEN}:${service === 'api' ? API_PORT : METRICS_PORT}/readyz`;
      assert.ok(code!.includes(`fetch('${url}')`), service);
      if (service !== 'edge') continue;
      const here = code!.replace(url, `http://127.0.0.1:${answers.port}/readyz`);
      assert.equal(await ask(here), 0);
      answers.status = 503;
      assert.equal(await ask(here), 1);
      assert.equal(await ask(here.replace(/:\d+\/readyz/, ':1/readyz')), 1);
    }
  } finally {
    server.close();
  }
});

test('ours have no rights and write nowhere but below their volumes and to memory; logs end by themselves, and images hold nobody’s keys', () => {
  for (const service of [...OURS, 'commands', 'web']) {
    const { read_only, tmpfs, cap_drop } = compose.services[service]!;
    assert.deepEqual([read_only, tmpfs?.[0], cap_drop], [true, '/tmp', ['ALL']], service);
  }
  for (const [service, { logging }] of Object.entries(compose.services))
    assert.equal(logging?.driver, 'local', service);
  assert.match(readFileSync(join(root, '.dockerignore'), 'utf8'), /^\.env$/m);
  assert.doesNotMatch(dockerfile, /^USER root/m);
});

test('Postgres in compose is told what npm start tells its own of connections and of what it may log', () => {
  const own = readFileSync(join(root, 'packages/db/src/embedded/postmaster.ts'), 'utf8');
  const told = compose.services.postgres!.command!.filter((word) => word.startsWith('-c'));
  assert.equal(told.length, 4);
  for (const word of told) {
    const [, name, value] = /^-c(\w+)=(.+)$/.exec(word)!;
    assert.match(own, new RegExp(`^    ${name}: '?${value}'?,$`, 'm'));
  }
});

test('Caddy sends to the api what the front does', () => {
  const caddyfile = readFileSync(join(root, 'infra/caddy/Caddyfile'), 'utf8');
  const front = readFileSync(join(root, 'apps/supervisor/src/front/front.ts'), 'utf8');
  const [, paths] = /^const API_PATH = \/\^\\\/\(([a-z|]+)\)/m.exec(front)!;
  const sent = /@api path (.+)/
    .exec(caddyfile)![1]!
    .split(' ')
    .map((path) => path.replaceAll(/[/*]/g, ''));
  assert.deepEqual(sent.toSorted(), paths!.split('|').toSorted());
});

test('the edge gets neither the master key nor a provider’s secret, and nobody gets more than he needs', () => {
  const SECRET = /MASTER_KEY|CLIENT_SECRET|SYSTEM_SMTP_URL/;
  const knowing = Object.entries(compose.services)
    .filter(([, { environment }]) => Object.keys(environment ?? {}).some((name) => SECRET.test(name)))
    .map(([name]) => name);
  assert.deepEqual(knowing.sort(), ['api', 'commands', 'worker']);
  assert.equal('HIKYAKU_EDGE_KEY' in compose.services.edge!.environment!, true);
});

test('with ACME the doors’ pairs come from the one process that asks the authority: the same settings, the same folder, and Caddy’s port 80 leads to it', () => {
  const { certificates, edge, worker, caddy } = compose.services as Record<string, Required<Service>>;
  for (const name of ['HIKYAKU_ACME', 'HIKYAKU_ACME_DIRECTORY', 'HIKYAKU_SMTP_HOST', 'HIKYAKU_DATA_DIR']) {
    for (const service of [edge, worker])
      assert.equal(service!.environment[name], certificates!.environment[name], name);
  }
  const folder = 'certificates:/var/lib/hikyaku/certificates';
  assert.ok(certificates!.volumes.includes(folder));
  for (const service of [edge, worker]) assert.ok(service!.volumes.includes(`${folder}:ro`));
  assert.match(dockerfile, /install -d -o node [^\n]*\/var\/lib\/hikyaku\/certificates/, 'who writes there may');
  assert.ok(caddy!.ports.includes('80:80') && caddy!.environment.HIKYAKU_SMTP_HOST);
  const caddyfile = readFileSync(join(root, 'infra/caddy/Caddyfile'), 'utf8');
  const block = caddyfile.slice(caddyfile.indexOf('http://{$HIKYAKU_SMTP_HOST'));
  const port = readSettings({}).WEB_PORT;
  assert.match(block, new RegExp(`acme-challenge/\\* \\{\\s+reverse_proxy certificates:${port}\\s`));
});
