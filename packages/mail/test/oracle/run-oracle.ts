import type { PrepareInput } from '../../src/index.ts';
import { type Prepared, prepare } from '../mail-samples.ts';
import { type Comparison, compareBlindly, compareWithTruth, type MailTruth, type Verdict } from './compare-readings.ts';
import { type MailReading, READERS, type Reader } from './mail-reading.ts';
import { readWithMailparser, readWithPostalMime } from './read-with-node.ts';
import { readWithPython } from './read-with-python.ts';

export interface OracleMail {
  name: string;
  raw: Buffer;
  truth?: MailTruth | undefined;
  /** The device's charset setting. */
  charset?: string | undefined;
}

export interface OracleResult {
  counts: Record<Reader, Record<Verdict, number>>;
  worse: { mail: OracleMail; reader: Reader; comparison: Comparison; after: Buffer }[];
}

/** Prepares mails and compares before and after with three readers that nobody here wrote. */
export async function runOracle(mails: OracleMail[], options: Partial<PrepareInput> = {}): Promise<OracleResult> {
  const counts = Object.fromEntries(
    READERS.map((reader) => [reader, { better: 0, same: 0, worse: 0 }]),
  ) as OracleResult['counts'];
  const worse: OracleResult['worse'] = [];
  const prepared: Prepared[] = [];
  for (const { raw, charset } of mails) prepared.push(await prepare(raw, { charset, ...options }));
  const before = await readAll(mails.map(({ raw }) => raw));
  const after = await readAll(prepared.map(({ raw }) => raw));
  for (const [index, mail] of mails.entries()) {
    const known = new Set(READERS.flatMap((reader) => before[reader][index]!.attachments.map(({ sha256 }) => sha256)));
    for (const reader of READERS) {
      const [was, is] = [before[reader][index]!, after[reader][index]!];
      const { truth } = mail;
      const comparison = truth
        ? compareWithTruth(was, is, truth)
        : compareBlindly(was, is, prepared[index]!.head, known);
      counts[reader][comparison.verdict] += 1;
      if (comparison.verdict === 'worse') worse.push({ mail, reader, comparison, after: prepared[index]!.raw });
    }
  }
  return { counts, worse };
}

async function readAll(mails: Buffer[]): Promise<Record<Reader, MailReading[]>> {
  const python = readWithPython(mails);
  const mailparser: MailReading[] = [];
  const postalMime: MailReading[] = [];
  for (const raw of mails) {
    mailparser.push(await orNothing(readWithMailparser(raw)));
    postalMime.push(await orNothing(readWithPostalMime(raw)));
  }
  return { mailparser, 'postal-mime': postalMime, python: await python };
}

/** A reader that fails shows nothing. */
async function orNothing(reading: Promise<MailReading>): Promise<MailReading> {
  return reading.catch(() => ({ subject: '', lines: [], attachments: [] }));
}
