/**
 * What preparing did to a mail, for its story: stable names, each also in the contract (`MAIL_CHANGES`) and in words, ja and en, in web's `story.changed`.
 */
export type MailChange =
  | 'from.replaced'
  | 'reply_to.set'
  | 'recipients.hidden'
  | 'subject.missing'
  | 'subject.prefixed'
  | 'subject.reencoded'
  | 'date.missing'
  | 'date.replaced'
  | 'date.zone_added'
  | 'message_id.missing'
  | 'message_id.replaced'
  | 'mime_version.added'
  | 'receipt_request.removed'
  | 'header.mbox_line_removed'
  | 'header.reencoded'
  | 'header.repeated_removed'
  | 'header.cut'
  | 'content_type.repaired'
  | 'charset.relabelled'
  | 'transfer_encoding.relabelled'
  | 'body.line_ends'
  | 'body.last_line_ended';
