import type { UploadSession } from '@microsoft/microsoft-graph-types';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GRAPH_ERRORS } from '../graph-errors.ts';
import { sendGraphError } from '../graph-reply.ts';
import type { DraftStore } from './draft-store.ts';

/** One piece of a file, in order: the next one's place, or 201 with the last. The address alone says whose it is; a token is not wanted, and a session that is over, or whose draft is gone, is not there (facts 2.1). `now`: ms. */
export function takePiece(
  drafts: DraftStore,
  request: FastifyRequest<{ Params: { token: string } }>,
  reply: FastifyReply,
  piece: Buffer | undefined,
  now: number,
): FastifyReply {
  const session = drafts.session(request.params.token, now);
  if (!session) return sendGraphError(request, reply, GRAPH_ERRORS.noItem);
  if (!piece) return sendGraphError(request, reply, GRAPH_ERRORS.tooLarge);
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(request.headers['content-range'] ?? '') ?? [];
  const isNext = Number(first) === session.received && Number(total) === session.size;
  const isWhole = Number(last) - Number(first) + 1 === piece.length && Number(last) < session.size;
  if (first === undefined || !isNext || !isWhole || request.headers.authorization !== undefined) {
    return sendGraphError(request, reply, GRAPH_ERRORS.badParameter);
  }
  session.pieces.push(piece);
  session.received += piece.length;
  if (session.received < session.size) {
    // Exchange's own service answers here, and spells the time in its way (facts 2.1).
    const more: Pick<UploadSession, 'nextExpectedRanges'> = { nextExpectedRanges: [String(session.received)] };
    return reply.code(200).send({ ExpirationDateTime: session.endsAt, ...more });
  }
  drafts.finish(session);
  return reply.code(201).header('location', `/messages/${session.draftId}/attachments/${session.token}`).send();
}
