import type { FastifyRequest } from 'fastify';
import { parseContentType } from '../mime/content-type.ts';
import { fieldValues, readHead } from '../mime/header.ts';
import { splitAtBoundary } from '../mime/parts.ts';
import { GOOGLE_ERRORS, type GoogleError } from './google-errors.ts';

/** `{raw}` of the JSON form, base64url (base64 is taken as well). */
export function readRawJson(body: Buffer): Buffer | GoogleError {
  try {
    const { raw } = JSON.parse(body.toString('utf8')) as { raw?: unknown };
    if (typeof raw === 'string' && /^[\w+/-]+={0,2}$/.test(raw)) return Buffer.from(raw, 'base64url');
  } catch {
    // Falls through: Google answers the same to both.
  }
  return GOOGLE_ERRORS.badRequest;
}

/** The message of an upload: `uploadType=media` (the bytes) or `multipart` (a JSON part and the message part). */
export function readUpload(
  request: FastifyRequest,
  uploadType: string | undefined,
  body: Buffer,
): Buffer | GoogleError {
  const { type, params } = parseContentType(request.headers['content-type'], '');
  if (uploadType === 'media') return type.startsWith('message/') ? body : GOOGLE_ERRORS.badMedia;
  if (uploadType !== 'multipart' || type !== 'multipart/related' || !params.boundary) return GOOGLE_ERRORS.badRequest;
  const ranges = splitAtBoundary(body, 0, body.length, params.boundary);
  if (ranges.length !== 2) return GOOGLE_ERRORS.badRequest;
  const [start, end] = ranges[1]!;
  const head = readHead(body, start, end);
  const partType = parseContentType(fieldValues(head, 'content-type')[0], '').type;
  return partType.startsWith('message/') ? body.subarray(head.bodyStart, end) : GOOGLE_ERRORS.badMedia;
}
