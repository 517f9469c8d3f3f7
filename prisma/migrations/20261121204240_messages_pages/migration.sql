-- DropIndex
DROP INDEX "messages_seq_key";

-- DropIndex
DROP INDEX "messages_tenant_id_state_seq_idx";

-- Comparing enums is not leakproof, so under row-level security a state is neither an index condition nor estimated from statistics. A partial
-- index needs no condition: it holds the few that did not simply arrive, and a page of any state but `sent` is a range scan of it.
CREATE INDEX messages_unsent ON messages (tenant_id, seq DESC) WHERE state NOT IN ('sent', 'digested', 'suppressed');
CREATE INDEX messages_folded ON messages (tenant_id, seq DESC) WHERE state IN ('digested', 'suppressed');
