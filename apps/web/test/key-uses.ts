import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** What the sources ask the catalogue for. */
export interface KeyUses {
  /** `feature.key`, written out. */
  exact: { key: string; where: string }[];
  /** Made from parts at run time: each as a pattern over whole keys. */
  patterns: RegExp[];
}

const SOURCE = fileURLToPath(new URL('../src/', import.meta.url));
const OPENERS = new Set(['useTranslations', 'getTranslations']);
const METHODS = new Set(['rich', 'has', 'markup']);

/** The namespaces that an expression opens: `useTranslations('devices')`, also awaited, or with a property that is one of several. */
function opened(node: ts.Expression | undefined): string[] | undefined {
  if (node && ts.isAwaitExpression(node)) return opened(node.expression);
  if (!node || !ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return undefined;
  const [argument] = node.arguments;
  if (!OPENERS.has(node.expression.text) || !argument) return undefined;
  if (ts.isStringLiteral(argument)) return [argument.text];
  return ts.isIdentifier(argument) ? literalsOf(argument.text, node.getSourceFile()) : undefined;
}

/** What a property of this name may be, as an interface of the file has it: `words: 'passkeys' | 'outside'`. */
function literalsOf(name: string, file: ts.SourceFile): string[] | undefined {
  const found: string[] = [];
  const walk = (node: ts.Node, isWithin: boolean): void => {
    if (isWithin && ts.isStringLiteral(node)) found.push(node.text);
    const isIt = ts.isPropertySignature(node) && ts.isIdentifier(node.name) && node.name.text === name;
    node.forEachChild((child) => walk(child, isWithin || isIt));
  };
  walk(file, false);
  return found.length > 0 ? found : undefined;
}

/** The nearest declaration of `name` around `from` that opens a namespace. */
function namespacesOf(name: string, from: ts.Node): string[] | undefined {
  for (let scope: ts.Node | undefined = from; scope; scope = scope.parent) {
    if (!ts.isBlock(scope)) continue;
    for (const statement of scope.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      for (const { name: declared, initializer } of statement.declarationList.declarations) {
        if (ts.isIdentifier(declared) && declared.text === name) return opened(initializer);
      }
    }
  }
  return undefined;
}

function translatorOf(callee: ts.Expression): string[] | undefined {
  if (ts.isIdentifier(callee)) return namespacesOf(callee.text, callee);
  if (ts.isPropertyAccessExpression(callee) && METHODS.has(callee.name.text)) return translatorOf(callee.expression);
  return opened(callee);
}

const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function readKey(file: ts.SourceFile, namespace: string, argument: ts.Expression, uses: KeyUses): void {
  if (ts.isStringLiteral(argument) || ts.isNoSubstitutionTemplateLiteral(argument)) {
    uses.exact.push({ key: `${namespace}.${argument.text}`, where: file.fileName.slice(SOURCE.length) });
  } else if (ts.isConditionalExpression(argument)) {
    readKey(file, namespace, argument.whenTrue, uses);
    readKey(file, namespace, argument.whenFalse, uses);
  } else if (ts.isTemplateExpression(argument)) {
    const rest = argument.templateSpans.map((span) => `.+${quoted(span.literal.text)}`).join('');
    uses.patterns.push(new RegExp(`^${quoted(`${namespace}.${argument.head.text}`)}${rest}$`));
  } else {
    // A variable: its type is a union of keys (tsc checks that), whose members stand in the same file or one it imports.
    uses.patterns.push(new RegExp(`^${quoted(namespace)}\\.(${[...literalsAround(file)].map(quoted).join('|')})$`));
  }
}

function literalsAround(file: ts.SourceFile): Set<string> {
  const found = new Set<string>();
  const walk = (node: ts.Node): void => {
    if (ts.isStringLiteral(node)) found.add(node.text);
    node.forEachChild(walk);
  };
  walk(file);
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const path = statement.moduleSpecifier.text;
    if (path.startsWith('.')) walk(parse(fileURLToPath(new URL(path, `file://${file.fileName}`))));
  }
  return found;
}

const parse = (path: string): ts.SourceFile =>
  ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);

/** Every use of the catalogue in `src`. */
export function findKeyUses(): KeyUses {
  const uses: KeyUses = { exact: [], patterns: [] };
  for (const path of readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(path)) continue;
    const file = parse(SOURCE + path);
    const walk = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && node.arguments[0])
        for (const namespace of translatorOf(node.expression) ?? []) readKey(file, namespace, node.arguments[0], uses);
      node.forEachChild(walk);
    };
    walk(file);
  }
  return uses;
}
