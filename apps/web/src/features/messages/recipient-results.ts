import type { MessageDetail, Part } from '@hikyaku/contracts';

type Told = Part['recipients'][number];

export interface RecipientResult {
  address: string;
  /** What the provider said of this one; null: as its part. */
  outcome: Told['outcome'] | null;
  state: Part['state'];
  code: string | null;
  text: string | null;
}

/** What became of a mail for each recipient, in their order; none where it is the same for all and nothing was said of single ones. */
export function recipientResults({ parts }: Pick<MessageDetail, 'parts'>): RecipientResult[] {
  if (parts.length < 2 && parts.every(({ recipients }) => !recipients.length)) return [];
  return parts.flatMap(({ addresses, recipients, state }) =>
    addresses.map((address) => {
      const told = recipients.find((one) => one.address === address);
      return {
        address,
        state,
        outcome: told?.outcome ?? null,
        code: told?.code ?? null,
        text: told?.text ?? null,
      };
    }),
  );
}
