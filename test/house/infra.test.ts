import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSettings } from '@hikyaku/config';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const dockerfile = readFileSync(join(root, 'infra/docker/Dockerfile'), 'utf8');
interface Service {
  build?: { target: string };
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
}
const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
};

test('compose has every process of the design', () => {
  assert.deepEqual(Object.keys(compose.services).sort(), [
    'api',
    'caddy',
    'certificates',
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
  assert.equal(targets.length, 6);
  for (const target of targets) assert.ok(stages.includes(target), target);
});

test('the Dockerfile copies the manifest of every workspace, and only files that exist', () => {
  const copied = [...dockerfile.matchAll(/^COPY (.*) \S+$/gm)]
    .flatMap((match) => match[1]!.split(' '))
    .filter((file) => file !== '.');
  for (const file of copied) assert.ok(existsSync(join(root, file)), file);
  for (const parent of ['apps', 'packages']) {
    for (const room of readdirSync(join(root, parent)))
      assert.ok(copied.includes(`${parent}/${room}/package.json`), `${parent}/${room}`);
  }
});

test('every command of the Dockerfile starts a file that exists', () => {
  const files = [...dockerfile.matchAll(/^CMD \["node", "([^"]+)"/gm)].map((match) => match[1]!);
  assert.equal(files.length, 6);
  assert.match(dockerfile, /node scripts\/bundle\.mjs/, 'programs are built');
  for (const file of files.filter((name) => !name.startsWith('..'))) {
    const source = file.replace(/\/dist\/(.*)\.mjs$/, '/src/$1.ts');
    assert.ok(existsSync(join(root, source)), file);
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

test('the edge gets neither the master key nor a provider’s secret, and nobody gets more than he needs', () => {
  const SECRET = /MASTER_KEY|CLIENT_SECRET|SYSTEM_SMTP_URL/;
  const knowing = Object.entries(compose.services)
    .filter(([, { environment }]) => Object.keys(environment ?? {}).some((name) => SECRET.test(name)))
    .map(([name]) => name);
  assert.deepEqual(knowing.sort(), ['api', 'worker']);
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
