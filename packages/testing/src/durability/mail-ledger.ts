import { setTimeout as sleep } from 'node:timers/promises';
import type { MailFault } from '../torture/torture-plan.ts';
import type { FleetMember } from './fleet.ts';
import { composeMarkedMail } from './marked-mail.ts';
import { tryMail, type Verdict } from './try-mail.ts';

/** One try of a mail. Each has a marker of its own: what no 250 was heard of is told from what was sent again. */
export interface TriedMail {
  marker: string;
  member: FleetMember;
  bodySha256: string;
  /** What it does to its reader, if anything. */
  fault: MailFault | null;
  verdict: Verdict;
}

/** A device that does not give up waits that long, as long as the edge needs for its next life. */
const AGAIN_MS = 150;

/** Sends mails and keeps what was answered. */
export class MailLedger {
  readonly tries: TriedMail[] = [];
  #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** One try. `name` must not come twice. */
  async send(member: FleetMember, name: string, sizeBytes: number, fault: MailFault | null = null): Promise<TriedMail> {
    const { marker, content, bodySha256 } = composeMarkedMail(name, sizeBytes, fault);
    const verdict = await tryMail({ port: this.#port, credential: member.credential, to: member.to, content });
    const tried = { marker, member, bodySha256, fault, verdict };
    this.tries.push(tried);
    return tried;
  }

  /** Tries until a 250. @throws Error after `withinMs` */
  async sendUntilAccepted(
    member: FleetMember,
    name: string,
    sizeBytes: number,
    fault: MailFault | null = null,
    withinMs = 120_000,
  ): Promise<TriedMail> {
    const end = Date.now() + withinMs;
    for (let number = 1; ; number++) {
      const tried = await this.send(member, `${name}.${number}`, sizeBytes, fault);
      if (tried.verdict.kind === 'accepted') return tried;
      if (Date.now() > end) throw new Error(`${name} was never accepted: ${JSON.stringify(tried.verdict)}`);
      await sleep(AGAIN_MS);
    }
  }

  count(kind: Verdict['kind']): number {
    return this.tries.filter(({ verdict }) => verdict.kind === kind).length;
  }
}
