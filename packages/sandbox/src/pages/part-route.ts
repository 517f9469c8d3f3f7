import type { FastifyReply } from 'fastify';
import type { MailPart } from '../mime/parts.ts';

/** Types that a browser only paints. SVG is not among them: it can hold script. */
const PICTURE_TYPES = ['image/jpeg', 'image/jpg', 'image/pjpeg', 'image/png', 'image/gif', 'image/webp', 'image/bmp'];

export const isPicture = (type: string): boolean => PICTURE_TYPES.includes(type);

/** One part of a mail: pictures are shown, HTML only inside a frame without any rights, the rest is a download. */
export function sendPart(reply: FastifyReply, part: MailPart): FastifyReply {
  reply.header('cache-control', 'no-store');
  if (isPicture(part.type)) {
    const type = part.type.startsWith('image/p') && part.type !== 'image/png' ? 'image/jpeg' : part.type;
    return reply.header('content-security-policy', "default-src 'none'").type(type).send(part.bytes());
  }
  if (part.type === 'text/html' && !part.isAttachment) {
    return reply
      .header(
        'content-security-policy',
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
      )
      .type('text/html; charset=utf-8')
      .send(part.text());
  }
  const name = encodeURIComponent(part.fileName ?? 'part');
  return reply
    .header('content-security-policy', "sandbox; default-src 'none'")
    .header('content-disposition', `attachment; filename*=UTF-8''${name}`)
    .type('application/octet-stream')
    .send(part.bytes());
}
