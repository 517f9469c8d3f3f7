/** `npm run test:long -- bounces FOLDER`: how many reports of a folder are read, beside what Python's email finds in their status parts; exit code 1 when it finds a failed recipient that we do not. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mailboxKey } from '@hikyaku/core';
import { readBounce } from '../../src/index.ts';

/** Failed recipients by message/delivery-status, as another hand's parser reads them; one report a line. */
const SCRIPT = `
import email, json, sys
def typed(value):
    return str(value).split(';', 1)[-1].strip().strip('<>')
for name in sys.stdin.read().split('\\n'):
    found = []
    message = email.message_from_binary_file(open(name, 'rb'))
    for part in message.walk():
        if part.get_content_type() != 'message/delivery-status' or not part.is_multipart(): continue
        for block in part.get_payload():
            if str(block.get('Action', '')).strip().lower().startswith('failed') and block.get('Final-Recipient'):
                found.append([typed(block['Final-Recipient']), typed(block.get('Original-Recipient', ''))])
    print(json.dumps(found))
`;

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('npm run test:long -- bounces FOLDER');
  process.exit(2);
}
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(?:eml|msg|txt)$/i.test(name))
  .sort()
  .map((name) => join(folder, name));
const run = spawnSync('python3', ['-c', SCRIPT], { input: names.join('\n'), encoding: 'utf8', maxBuffer: 2 ** 28 });
if (run.status !== 0) throw new Error(`python3 failed: ${run.stderr}`);
const pythons = run.stdout
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as [string, string][]);

let read = 0;
let named = 0;
const lost: string[] = [];
for (const [index, name] of names.entries()) {
  const bounce = readBounce(readFileSync(name));
  if (bounce) read += 1;
  if (bounce?.messageIds.length) named += 1;
  const ours = new Set(bounce?.recipients.map(({ address }) => mailboxKey(address ?? '')));
  const missed = pythons[index]!.filter((both) => !both.some((address) => ours.has(mailboxKey(address))));
  // Twenty are read of each.
  if (missed.length && (bounce?.recipients.length ?? 0) < 20) lost.push(`${name}: ${missed.flat().join(' ')}`);
}
for (const line of lost.slice(0, 40)) console.log(`python alone finds ${line}`);
const byStatus = pythons.filter((found) => found.length > 0).length;
console.log(
  `\n| reports | read | with the mail's Message-ID | of those that Python reads a failed recipient in | not by us |`,
);
console.log(`|---|---|---|---|---|\n| ${names.length} | ${read} | ${named} | ${byStatus} | ${lost.length} |`);
process.exit(lost.length ? 1 : 0);
