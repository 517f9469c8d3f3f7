import type { DeviceFamily, DeviceKind, FormField } from '@hikyaku/devices';

type Language = 'ja' | 'en';

// What people call a kind when they look for it.
const KIND_WORDS: Record<DeviceKind, string> = {
  camera: 'カメラ 監視カメラ 防犯カメラ ネットワークカメラ camera cctv',
  recorder: '録画機 レコーダー recorder nvr dvr',
  software: 'ソフトウェア software',
  printer: '複合機 プリンター プリンタ スキャナー コピー機 fax printer scanner mfp',
  gateway: 'ホームゲートウェイ ひかり電話 ルーター ルータ gateway router フレッツ',
  router: 'ルーター ルータ ファイアウォール router firewall',
  nas: 'NAS ナス ネットワークHDD ハードディスク storage',
  ups: 'UPS 無停電電源装置 電源',
  pdu: 'PDU 電源タップ 電源',
  bmc: 'BMC サーバー サーバ server',
};

const plain = (text: string) => text.normalize('NFKC').toLowerCase();

/** The families that hold every word of `text` in maker, model, name or kind; those whose name begins with it come first. */
export function searchFamilies(families: readonly DeviceFamily[], text: string): DeviceFamily[] {
  const words = plain(text).split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const found = families.flatMap((family) => {
    const names = plain([family.vendor, ...family.brands, family.name.ja, family.name.en].join(' '));
    const all = `${names} ${plain(KIND_WORDS[family.kind])}`;
    if (!words.every((word) => all.includes(word))) return [];
    return [{ family, rank: names.includes(words[0] ?? '') ? 0 : 1 }];
  });
  return found.sort((a, b) => a.rank - b.rank).map(({ family }) => family);
}

/** What a device of the family needs to be allowed before it can log in at all. */
export function familyPolicy({ encryption }: DeviceFamily): { allowPlainAuth: boolean } {
  return { allowPlainAuth: encryption.every((mode) => mode === 'none') };
}

/** The fields for which the card has a value. */
export const CARD_FIELDS = [
  'enable',
  'server',
  'port',
  'encryption',
  'auth',
  'username',
  'password',
  'confirm',
  'senderAddress',
  'recipients',
] as const satisfies readonly FormField[];
export type CardField = (typeof CARD_FIELDS)[number];

// On any form; the others only where one has them.
const USUAL: readonly CardField[] = ['server', 'port', 'encryption', 'auth', 'username', 'password', 'senderAddress'];

/** The card's fields in the order of the device's own form; what is not known of it follows in the usual order. */
export function cardFields(family: DeviceFamily | null): CardField[] {
  const known = Object.keys(family?.labels ?? {}) as FormField[];
  const lacks: readonly FormField[] = family?.lacks ?? [];
  const onForm = known.flatMap((field) => CARD_FIELDS.filter((name) => name === field));
  return [...onForm, ...USUAL.filter((field) => !onForm.includes(field) && !lacks.includes(field))];
}

/** A label as it stands on the device's screen in that language; undefined when nobody has read it there. */
export function screenLabel(family: DeviceFamily | null, field: FormField, language: Language): string | undefined {
  return family?.labels[field]?.[language];
}

export type LimitWarning =
  | { name: 'serverTooLong'; max: number }
  | { name: 'serverAddressOnly' }
  | { name: 'passwordFillsField'; max: number }
  | { name: 'userIsSender' }
  | { name: 'plainNotAllowed' }
  | { name: 'noLogin' }
  | { name: 'port25Closed' };

interface CardValues {
  host: string;
  passwordLength: number;
  allowPlainAuth: boolean;
  hasPort25: boolean;
}

/** What of a device's form will not take, or hardly take, what we have to give. */
export function limitWarnings(family: DeviceFamily, values: CardValues): LimitWarning[] {
  const { limits, needs } = family;
  const found: (LimitWarning | false)[] = [
    limits.serverMax !== undefined && values.host.length > limits.serverMax
      ? { name: 'serverTooLong', max: limits.serverMax }
      : false,
    limits.isServerAddressOnly ? { name: 'serverAddressOnly' } : false,
    limits.passwordMax !== undefined && values.passwordLength >= limits.passwordMax
      ? { name: 'passwordFillsField', max: limits.passwordMax }
      : false,
    family.isUserSender ? { name: 'userIsSender' } : false,
    familyPolicy(family).allowPlainAuth && !values.allowPlainAuth ? { name: 'plainNotAllowed' } : false,
    needs.includes('no_auth') && !needs.includes('plain_auth') ? { name: 'noLogin' } : false,
    needs.includes('port_25') && !values.hasPort25 ? { name: 'port25Closed' } : false,
  ];
  return found.filter((warning) => warning !== false);
}
