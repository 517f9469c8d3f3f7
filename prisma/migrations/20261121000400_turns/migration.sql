-- ---------------------------------------------------------------- what a worker looks for
-- One turn's choice: the devices of an account in turn, each one's oldest mail first, by a probe per device; whatever the backlog.
DROP INDEX messages_due;
CREATE INDEX messages_turn ON messages (account_key, device_id, priority, seq) INCLUDE (due_at)
  WHERE state IN ('queued', 'deferred', 'in_doubt');
-- Content destroyed, object not yet seen to be gone.
CREATE INDEX messages_dead_content ON messages (spool_object) WHERE content_destroyed_at IS NOT NULL AND spool_object IS NOT NULL;
