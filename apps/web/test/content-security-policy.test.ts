import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentSecurityPolicy } from '../src/content-security-policy.ts';

test('the policy lets in only what carries the nonce, and nobody frames us', () => {
  const rules = new Map(
    contentSecurityPolicy('abc')
      .split('; ')
      .map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1)]),
  );
  assert.deepEqual(rules.get('script-src'), ["'nonce-abc'", "'strict-dynamic'"]);
  assert.deepEqual(rules.get('style-src'), ["'self'", "'nonce-abc'"]);
  assert.deepEqual(rules.get('frame-ancestors'), ["'none'"]);
  assert.deepEqual(rules.get('default-src'), ["'none'"]);
  assert.deepEqual(rules.get('base-uri'), ["'none'"]);
  const elsewhere = [...rules].filter(([name]) => name !== 'style-src-attr').flatMap(([, sources]) => sources);
  assert.ok(!elsewhere.some((source) => /unsafe|\*|http/.test(source)));
});
