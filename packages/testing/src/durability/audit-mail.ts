import type { Database } from '@hikyaku/db';
import { type SandboxMail, sandboxClient } from '../dashboard-client.ts';
import type { FleetMember } from './fleet.ts';
import type { MailLedger, TriedMail } from './mail-ledger.ts';
import { readMarkedMail } from './marked-mail.ts';
import { countOrphanRows, type MessageFacts, readMessageFacts } from './message-facts.ts';

export interface MailAudit {
  /** Tries by what the device was told. */
  accepted: number;
  refused: number;
  cut: number;
  unanswered: number;
  /** Different mails that arrived. */
  arrived: number;
  /** Of the unanswered tries. */
  unansweredArrived: number;
  /** Copies beyond the first that a marked doubt explains, and those that nothing explains. */
  duplicatesExplained: number;
  duplicatesUnexplained: number;
  /** Mails that break their reader, accepted and set aside: none of them may leave, and nothing else may be set aside. */
  poison: number;
  /** Attempts that ended in doubt. */
  doubts: number;
  /** Everything that breaks a promise, one line each; empty when all is well. */
  problems: string[];
}

/** Compares what devices were told, what the database says, and what arrived at the providers, mail by mail. Call it once all is settled. */
export async function auditMail(options: {
  ledger: MailLedger;
  fleet: FleetMember[];
  sandboxUrl: string;
  owner: Database;
}): Promise<MailAudit> {
  const { ledger, fleet, sandboxUrl, owner } = options;
  const problems: string[] = [];
  const copies = await collectCopies(sandboxUrl, fleet, ledger, problems);
  const facts = Map.groupBy(await readMessageFacts(owner), ({ marker }) => marker);
  const totals = {
    arrived: 0,
    unansweredArrived: 0,
    duplicatesExplained: 0,
    duplicatesUnexplained: 0,
    poison: 0,
    doubts: 0,
  };
  for (const tried of ledger.tries) {
    const rows = facts.get(tried.marker) ?? [];
    const count = copies.get(tried.marker) ?? 0;
    const doubts = rows[0]?.doubts ?? 0;
    const extra = Math.max(0, count - 1);
    totals.arrived += count > 0 ? 1 : 0;
    totals.unansweredArrived += count > 0 && tried.verdict.kind === 'unanswered' ? 1 : 0;
    totals.doubts += doubts;
    totals.poison += rows[0]?.state === 'quarantined' ? 1 : 0;
    totals.duplicatesExplained += Math.min(extra, doubts);
    totals.duplicatesUnexplained += Math.max(0, extra - doubts);
    problems.push(...judge(tried, rows, count, doubts).map((text) => `${tried.marker}: ${text}`));
    facts.delete(tried.marker);
  }
  for (const marker of facts.keys()) problems.push(`a row that no device sent: ${marker}`);
  for (const [what, number] of Object.entries(await countOrphanRows(owner))) {
    if (number > 0) problems.push(`orphan rows: ${number} ${what}`);
  }
  const count = (kind: TriedMail['verdict']['kind']): number => ledger.count(kind);
  return {
    accepted: count('accepted'),
    refused: count('refused'),
    cut: count('cut'),
    unanswered: count('unanswered'),
    ...totals,
    problems,
  };
}

function judge({ verdict, fault }: TriedMail, rows: MessageFacts[], copies: number, doubts: number): string[] {
  const problems: string[] = [];
  const [row] = rows;
  if (rows.length > 1) problems.push(`${rows.length} rows`);
  if (verdict.kind === 'accepted') {
    if (!row) problems.push(`accepted as ${verdict.queueId}, and no row`);
    else if (row.queueId !== verdict.queueId)
      problems.push(`accepted as ${verdict.queueId}, the row says ${row.queueId}`);
    if (copies === 0 && !fault) problems.push(`accepted and never arrived (${row?.state ?? 'no row'})`);
  }
  const wasNotTaken = verdict.kind === 'refused' || verdict.kind === 'cut';
  if (wasNotTaken && (row || copies > 0))
    problems.push(`${verdict.kind}, and yet ${rows.length} rows, ${copies} copies`);
  if (!row) return copies > 0 && !wasNotTaken ? [...problems, `${copies} copies without a row`] : problems;
  const end = fault ? 'quarantined by mail.unpreparable' : 'sent';
  const isEnd = fault ? row.state === 'quarantined' && row.stateCode === 'mail.unpreparable' : row.state === 'sent';
  if (!isEnd) problems.push(`ended as ${row.state} (${row.stateCode}) instead of ${end}`);
  if (fault && copies > 0) problems.push('poison, and yet it left');
  if (!fault && isEnd && copies === 0) problems.push('sent, they say, and nothing arrived');
  if (!row.isDestroyed) problems.push('its content is not destroyed');
  if (!row.isTold) problems.push('an attempt without an outcome');
  if (!row.isMarked) problems.push('a repeat is not marked, or something else is');
  if (copies > 1 + doubts) problems.push(`${copies} copies, ${doubts} doubts`);
  return problems;
}

/** Copies by marker; what is not the mail that was sent, or not where it belongs, is a problem. */
async function collectCopies(
  sandboxUrl: string,
  fleet: FleetMember[],
  ledger: MailLedger,
  problems: string[],
): Promise<Map<string, number>> {
  const sandbox = sandboxClient(sandboxUrl);
  const tries = new Map(ledger.tries.map((tried) => [tried.marker, tried]));
  const copies = new Map<string, number>();
  for (const member of fleet) {
    for (const mail of await sandbox.mails(member.address, 'sent')) {
      const found = readMarkedMail(Buffer.from(mail.raw, 'base64'));
      const tried = found && tries.get(found.marker);
      if (!tried) {
        problems.push(`an unknown mail of ${mail.sizeBytes} bytes in ${member.address}`);
        continue;
      }
      copies.set(tried.marker, (copies.get(tried.marker) ?? 0) + 1);
      if (tried.bodySha256 !== found.bodySha256)
        problems.push(`${tried.marker}: the body that arrived is not the one sent`);
      if (tried.member !== member) problems.push(`${tried.marker}: arrived from ${member.address}`);
      if (!isAddressedTo(mail, member.to)) problems.push(`${tried.marker}: arrived for somebody else`);
    }
  }
  return copies;
}

const isAddressedTo = ({ to, cc, bcc }: SandboxMail, address: string): boolean =>
  [...to, ...cc, ...bcc].join() === address;
