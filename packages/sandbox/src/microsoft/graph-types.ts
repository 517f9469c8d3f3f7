import type { FileAttachment, Message, PublicError, PublicInnerError } from '@microsoft/microsoft-graph-types';

/** What OData writes beside a resource's own properties. */
export type ODataResource<T> = T & { '@odata.context'?: string; '@odata.type'?: string };

/** A list of resources. */
export interface ODataList<T> {
  value: T[];
}

/** The part of Graph's message resource that sendMail and drafts read (facts 2.1). Any of it may be null. */
export type DraftMessage = Pick<
  Message,
  | 'subject'
  | 'body'
  | 'toRecipients'
  | 'ccRecipients'
  | 'bccRecipients'
  | 'replyTo'
  | 'from'
  | 'internetMessageHeaders'
  | 'singleValueExtendedProperties'
> & { attachments?: ODataResource<FileAttachment>[] | null };

/** The ids that each refusal carries come by OData's open types. */
export interface GraphErrorAnswer {
  error: PublicError & {
    innerError: PublicInnerError & { date: string; 'request-id': string; 'client-request-id': string };
  };
}
