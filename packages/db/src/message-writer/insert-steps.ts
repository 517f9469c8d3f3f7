import { QUIET } from './quiet.ts';
import { tellMoves } from './tell-moves.ts';

/** SQL: the values of a batch that every insert has, as `g`: their types, one array each, and their names. Further ones follow behind them. */
const TYPES = [
  'uuid',
  'text',
  'uuid',
  'uuid',
  'uuid',
  'float8',
  'text',
  'text',
  'text',
  'text',
  'bool',
  'int',
  'text',
  'text',
  'text',
  'text',
  'text',
  'bigint',
  'bigint',
];
const NAMES = `id, queue_id, tenant_id, device_id, mailbox_id, accepted_ms, mail_from, recipients, subject, message_id_header,
      is_test, size_bytes, door, tls, client_address, key_sealed, spool_object, spool_offset, spool_length`;

/** How many of the insert's values, from the first on, every insert has. */
export const PLAIN_VALUES = TYPES.length;

/** SQL: the batch as a table `g`. */
export const givenMails = (more: { name: string; type: string }[] = []): string => {
  const types = [...TYPES, ...more.map(({ type }) => type)].map((type, index) => `$${index + 1}::${type}[]`);
  return `unnest(${types.join(', ')})
    AS g (${[NAMES, ...more.map(({ name }) => name)].join(', ')})`;
};

/** SQL: when mail `g` was accepted; no clock of an edge has mail come from the future. */
export const ACCEPTED_AT = 'least(to_timestamp(g.accepted_ms / 1000), now()) AS accepted_at';

/** SQL: how urgent mail `g` of device `d` is. */
export const PRIORITY = `CASE WHEN g.is_test THEN 0 WHEN g.is_first AND coalesce(d.last_message_at < g.accepted_at - ${QUIET}, true) THEN 1 ELSE 2 END`;

/** SQL: CTEs of what is written with the mails in `inserted`: that their ids were here, and what is told. */
export const STONES = 'stones AS (INSERT INTO tombstones (message_id) SELECT id FROM inserted ON CONFLICT DO NOTHING)';
export const TOLD = `told AS (${tellMoves('inserted')}
)`;

/** SQL: the first line of their stories. */
export const ACCEPTED_LINES = `SELECT i.id, i.tenant_id, i.accepted_at, 'accepted', jsonb_build_object('door', g.door, 'tls', g.tls, 'address', g.client_address)
  FROM inserted i JOIN given g ON g.id = i.id`;
