import type { Device, DeviceUpdate, Mailbox } from '@hikyaku/contracts';
import { splitAddresses } from '../devices/device-values.ts';
import { type FleetColumn, readMode, readYesNo } from './fleet-columns.ts';
import type { ImportProblem } from './import-problems.ts';
import type { ImportRules } from './import-rules.ts';

/** As the api has it. */
const MAX_RECIPIENTS = 50;
const FAMILY = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

export type LineValues = Pick<
  DeviceUpdate,
  'mailboxId' | 'family' | 'recipientsMode' | 'recipients' | 'recipientDomains'
> & { isPaused?: boolean };

interface LineToRead {
  /** A cell's text; undefined where the file has no such column. */
  read(column: FleetColumn): string | undefined;
  /** The one that is there already. */
  device: Device | undefined;
  mailboxes: readonly Mailbox[];
  rules: ImportRules;
}

/** What a line of a fleet's file says of its device; columns that the file does not have are left out. Or what is wrong with it, and the text that is. */
export function readLine({ read: readCell, device, mailboxes, rules }: LineToRead):
  | LineValues
  | {
      problem: ImportProblem;
      value: string;
    } {
  // All but names: full-width signs are what they look like.
  const read = (column: FleetColumn) => readCell(column)?.normalize('NFKC').trim();
  const values: LineValues = {};
  const address = read('mailbox');
  // The one that there is, or of several the one that was chosen for new devices.
  const usual = mailboxes.length === 1 ? mailboxes[0] : mailboxes.find(({ isDefault }) => isDefault);
  if (address) {
    const mailbox = mailboxes.find((one) => one.address.toLowerCase() === address.toLowerCase());
    if (!mailbox) return { problem: 'noMailbox', value: address };
    values.mailboxId = mailbox.id;
  } else if (!device && usual) values.mailboxId = usual.id;

  const family = read('family');
  if (family !== undefined) {
    if (family && !FAMILY.test(family)) return { problem: 'badFamily', value: family };
    values.family = family || null;
  }
  const modeText = read('recipientsMode');
  if (modeText) {
    const mode = readMode(modeText);
    if (!mode) return { problem: 'badMode', value: modeText };
    values.recipientsMode = mode;
  }
  const list = read('recipients');
  if (list !== undefined) {
    const { kept, bad } = keepAll(list, rules.recipient);
    if (bad !== undefined) return { problem: 'badRecipient', value: bad };
    if (kept.length > MAX_RECIPIENTS) return { problem: 'manyRecipients', value: String(MAX_RECIPIENTS) };
    values.recipients = kept;
  }
  const domainList = read('recipientDomains');
  if (domainList !== undefined) {
    const { kept, bad } = keepAll(domainList, rules.domain);
    if (bad !== undefined) return { problem: 'badDomain', value: bad };
    values.recipientDomains = kept;
  }
  const mode = values.recipientsMode ?? device?.recipientsMode ?? 'device';
  const needed = mode === 'domains' ? 'recipientDomains' : 'recipients';
  if (mode !== 'device' && !(values[needed] ?? device?.[needed] ?? []).length) {
    return { problem: 'noRecipients', value: '' };
  }
  const paused = read('paused');
  if (paused !== undefined) {
    const isPaused = readYesNo(paused);
    if (isPaused === undefined) return { problem: 'badPaused', value: paused };
    values.isPaused = isPaused;
  }
  return values;
}

/** Each part of a list in the form that is kept, and the first that has none. */
function keepAll(list: string, keep: (text: string) => string | null): { kept: string[]; bad: string | undefined } {
  const parts = splitAddresses(list).map((text) => ({ text, form: keep(text) }));
  return {
    kept: parts.flatMap(({ form }) => form ?? []),
    bad: parts.find(({ form }) => form === null)?.text,
  };
}
