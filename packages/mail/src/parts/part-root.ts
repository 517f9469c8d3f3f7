import { paramOf, parseParams } from '../reading/header-params.ts';
import { findField, type ScannedHeader, unfold } from '../reading/header-scan.ts';
import { transferEncoding } from '../reading/text-charset.ts';

/** What a header says of the structure below it. Plain data. */
export interface PartRoot {
  /** A multipart whose parts are looked at: signed and encrypted ones are left alone. */
  isMultipart: boolean;
  isText: boolean;
  /** As declared. */
  boundary: string | null;
  /** Said to be in base64, which no multipart may be. */
  isEncoded: boolean;
  /** The walk is through what was decoded. */
  wasEncoded?: boolean;
}

export function rootOf(header: ScannedHeader): PartRoot {
  const field = findField(header, 'content-type');
  const type = field ? parseParams(unfold(field)) : null;
  const isText = type === null || /^text(?:\/|$)/.test(type.value);
  if (!type || !isOpenMultipart(type.value)) return { isMultipart: false, isText, boundary: null, isEncoded: false };
  const encoding = findField(header, 'content-transfer-encoding');
  return {
    isMultipart: true,
    isText,
    boundary: paramOf(type, 'boundary')?.trimEnd() || null,
    isEncoded: encoding !== undefined && transferEncoding(unfold(encoding)) === 'base64',
  };
}

/** A signature is over the bytes as they are. */
function isOpenMultipart(type: string): boolean {
  return /^multipart(?:\/|$)/.test(type) && !/^multipart\/(?:x-)?(?:signed|encrypted)$/.test(type);
}
