import type { DraftMessage } from '../graph-types.ts';
import type { DraftFile } from './draft-store.ts';

function parse(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A message resource; files come by their own calls. */
export const readDraftMessage = (body: Buffer): DraftMessage | undefined => parse(body) as DraftMessage | undefined;

/** `POST …/attachments`: a file in one request. */
export function readFile(body: Buffer): DraftFile | undefined {
  const { '@odata.type': type, name, contentType, contentBytes } = parse(body) ?? {};
  if (type !== '#microsoft.graph.fileAttachment' || typeof name !== 'string' || typeof contentBytes !== 'string') {
    return undefined;
  }
  return { name, contentType: typeOf(contentType), bytes: Buffer.from(contentBytes, 'base64') };
}

/** `POST …/createUploadSession`: what is to come. */
export function readSessionItem(body: Buffer): { name: string; contentType: string; size: number } | undefined {
  const item = (parse(body)?.AttachmentItem ?? {}) as Record<string, unknown>;
  const { attachmentType, name, size, contentType } = item;
  if (attachmentType !== 'file' || typeof name !== 'string' || !Number.isInteger(size)) return undefined;
  return { name, contentType: typeOf(contentType), size: size as number };
}

const typeOf = (given: unknown): string => (typeof given === 'string' ? given : 'application/octet-stream');
