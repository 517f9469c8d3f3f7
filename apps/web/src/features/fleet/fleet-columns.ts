import type { Device, DeviceCredential, DeviceGroup, Mailbox, RecipientsMode } from '@hikyaku/contracts';

/** Columns of a fleet's file, in their order; each is known by these names, of which the first two are written (English, Japanese). */
export const COLUMN_NAMES = {
  name: ['name', '機器の名前', '名前'],
  group: ['group', '設置場所', 'site', 'グループ'],
  mailbox: ['mailbox', '送信元', 'メールアカウント'],
  family: ['family', '機種'],
  recipientsMode: ['recipients_mode', '宛先の扱い'],
  recipients: ['recipients', '宛先'],
  recipientDomains: ['recipient_domains', '宛先のドメイン'],
  paused: ['paused', '停止中'],
} as const;
export type FleetColumn = keyof typeof COLUMN_NAMES;
export const FLEET_COLUMNS = Object.keys(COLUMN_NAMES) as FleetColumn[];

const MODES: Record<RecipientsMode, readonly string[]> = {
  device: ['device', '機器の設定'],
  domains: ['domains', 'ドメイン限定'],
  allow: ['allow', '限定'],
  replace: ['replace', '置き換え'],
};
const YES = ['yes', 'はい', 'true', '1'];
const NO = ['no', 'いいえ', 'false', '0', ''];

type Locale = 'en' | 'ja';
const placeOf = (locale: Locale) => (locale === 'ja' ? 1 : 0);

export const headings = (locale: Locale): string[] =>
  FLEET_COLUMNS.map((column) => COLUMN_NAMES[column][placeOf(locale)]);

/** Undefined for a word that is none of them. */
export const readMode = (text: string): RecipientsMode | undefined =>
  (Object.keys(MODES) as RecipientsMode[]).find((mode) => MODES[mode].includes(text.toLowerCase()));

export function readYesNo(text: string): boolean | undefined {
  if (YES.includes(text.toLowerCase())) return true;
  return NO.includes(text.toLowerCase()) ? false : undefined;
}

/** The fleet as a table that can be changed in a spreadsheet and read in again. */
export function fleetTable(
  devices: readonly Device[],
  { mailboxes, groups }: { mailboxes: readonly Mailbox[]; groups: readonly DeviceGroup[] },
  locale: Locale,
): string[][] {
  const place = placeOf(locale);
  const addresses = new Map(mailboxes.map(({ id, address }) => [id, address]));
  const sites = new Map(groups.map(({ id, name }) => [id, name]));
  const rows = devices.map((device) => {
    const cells: Record<FleetColumn, string> = {
      name: device.name,
      group: sites.get(device.groupId ?? '') ?? '',
      mailbox: addresses.get(device.mailboxId) ?? '',
      family: device.family ?? '',
      recipientsMode: MODES[device.recipientsMode][place] ?? '',
      recipients: device.recipients.join(' '),
      recipientDomains: device.recipientDomains.join(' '),
      paused: (device.isDisabled ? YES : NO)[place] ?? '',
    };
    return FLEET_COLUMNS.map((column) => cells[column]);
  });
  return [headings(locale), ...rows];
}

/** What is typed into each device, once: the passwords are nowhere else. */
export function credentialTable(
  issued: readonly { name: string; site: string; credential: DeviceCredential }[],
  names: readonly string[],
): string[][] {
  return [
    [...names],
    ...issued.map(({ name, site, credential: { host, ports, username, login, password } }) => [
      name,
      site,
      host,
      String(ports.submission),
      String(ports.smtps),
      username,
      login,
      password,
    ]),
  ];
}
