-- Under row-level security the planner knows nothing about an enum. A partial index over states looks empty or full to it by accident, and it
-- then reads all of messages_unsent for one row. The worker's indexes go by columns that are set in one kind of state alone.
DROP INDEX messages_turn;
DROP INDEX messages_leased;
DROP INDEX messages_held;
-- Waiting: one turn's choice is a probe per device, whatever the backlog.
CREATE INDEX messages_turn ON messages (account_key, device_id, priority, seq) INCLUDE (due_at) WHERE due_at IS NOT NULL;
-- Sending.
CREATE INDEX messages_leased ON messages (lease_until) WHERE lease_until IS NOT NULL;
-- Held: neither waiting nor sending nor at an end.
CREATE INDEX messages_stopped ON messages (mailbox_id, seq)
  WHERE due_at IS NULL AND lease_until IS NULL AND sent_at IS NULL AND content_destroyed_at IS NULL AND content_until IS NULL;
