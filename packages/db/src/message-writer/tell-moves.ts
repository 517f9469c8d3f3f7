/**
 * SQL: the outbox rows of messages that moved. `moved` has id, tenant_id, device_id, mailbox_id, was (null for an arrival; what was told last: for
 * a claim, which is not told, the state before it), state (both as text) and state_code. In the same statement as the move, so that nothing is told that did not happen, and nothing happens untold.
 */
export const tellMoves = (moved: string): string => `
  INSERT INTO outbox (tenant_id, kind, subject_id, facts)
  SELECT tenant_id, 'message.moved', id, jsonb_build_object('was', was, 'is', state, 'code', state_code, 'deviceId', device_id, 'mailboxId', mailbox_id)
  FROM ${moved}`;
