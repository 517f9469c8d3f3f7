import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkSync } from 'recheck';
import ts from 'typescript';

/**
 * Expressions that recheck calls dangerous or cannot decide on, and why they may stand; each is also driven by adversarial tests or never sees
 * a stranger's text. All others are checked at each run. Expressions made by `new RegExp` are not seen here.
 */
const REVIEWED: Record<string, string> = {
  // packages/mail: measured at 64 and 256 KB in packages/mail/test/adversarial.test.ts.
  '/ {78,}/g': 'blanks are searched once each; what follows decides nothing',
  '/ +[^ ]+/g': 'the text has no blanks at its end',
  '/\\.(?:[A-Za-z]{2,63}|xn--[A-Za-z0-9-]+)$/': 'only for addresses of at most 254 characters',
  '/^([!-9;-~]{1,128})[ \\t]*:/': 'a name is bounded and no blank',
  '/^content-type[ \\t]*:(.*(?:\\r?\\n[ \\t].*)*)/gim': 'at most 8 KB, lines are disjoint',
  // Texts that are short before they come here.
  '/AADSTS\\d+: .*?(?= Trace ID:| Correlation ID:|$)/s':
    'a provider’s answer, cut before; searched once from its start',
  '/%.*$/': 'a socket’s own address',
  '/\\/+$/': 'an operator’s setting',
  // The sandbox reads only what our own worker sends; it is refused in production.
  '/"((?:\\\\.|[^"\\\\])*)"|<([^>]*)>|([,;])/gs': 'sandbox',
  '/;(?=(?:[^"]*"[^"]*")*[^"]*$)/': 'sandbox',
  '/^\\s*([\\w-]+)(\\*?\\d*\\*?)\\s*=\\s*(?:"((?:\\\\.|[^"\\\\])*)"|([^\\s]*))\\s*$/s': 'sandbox',
  '/(\\?=)\\s+(?==\\?[\\w.:+-]+(?:\\*[\\w-]*)?\\?[bq]\\?)/gi': 'sandbox',
};
/** Generous: what is checked here takes milliseconds on a quiet machine. */
const TIMEOUT_MS = 60_000;
/**
 * What it decides by trying is to be decided alike at each run: its bounds by the clock (a tenth of a second to one second) would call a bounded repetition dangerous on a
 * busy machine, where its bounds by characters read decide the same everywhere.
 */
const TRYING = { randomSeed: 20_261_128, seedingTimeout: 30_000, incubationTimeout: 30_000, attackTimeout: 10_000 };
/** Nine of ten are proven within milliseconds; of the rest, and on a busy machine, more is not to be waited for. */
const QUICK_MS = 100;

/** An automaton proves what it says of an expression. Where it has too many states, or does not know a construct, the rest is decided by trying, which takes seconds. */
function verdictOn(source: string, flags: string): string {
  const isProven = checkSync(source, flags, { timeout: QUICK_MS, checker: 'automaton' }).status === 'safe';
  return isProven ? 'safe' : checkSync(source, flags, { timeout: TIMEOUT_MS, ...TRYING }).status;
}

interface Found {
  source: string;
  flags: string;
  where: string;
}

/** Expressions by their whole text, with one place where each stands. */
function findExpressions(): Map<string, Found> {
  const found = new Map<string, Found>();
  const files = globSync(['apps/*/src/**/*.{ts,tsx}', 'packages/*/src/**/*.{ts,tsx}'], {
    // Runs in tests only.
    exclude: ['packages/testing/**'],
  });
  for (const file of files) {
    const tree = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf('/');
        const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
        found.set(node.text, {
          source: node.text.slice(1, end),
          flags: node.text.slice(end + 1),
          where: `${file}:${line}`,
        });
      }
      ts.forEachChild(node, visit);
    };
    visit(tree);
  }
  return found;
}

const expressions = findExpressions();

test('no regular expression of the product takes more than linear time, but those that were reviewed', () => {
  assert.ok(expressions.size > 100, 'the sources are found');
  const dangerous: string[] = [];
  for (const [text, { source, flags, where }] of expressions) {
    if (text in REVIEWED) continue;
    const status = verdictOn(source, flags);
    if (status !== 'safe') dangerous.push(`${where} ${text}: ${status}`);
  }
  assert.deepEqual(dangerous, []);
});

test('the checker finds what an attack found', () => {
  for (const [source, flags] of [
    ['[\\0\\r\\n\\t ]+$', ''],
    ['^(a+)+$', ''],
  ] as const) {
    assert.equal(verdictOn(source, flags), 'vulnerable', source);
  }
});
