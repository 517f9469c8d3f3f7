-- Mails in a digest that is still on its way, by their state: what a mailbox held beyond its budget has no content of its own any more. `messages_digest` goes with a later migration.
CREATE INDEX messages_in_digest ON messages (device_id, digest_id) WHERE digest_id IS NOT NULL AND state_number = 7;
-- A digest that waits for its mailbox grows with what comes meanwhile.
GRANT UPDATE (size_bytes, subject) ON messages TO hikyaku_system;
