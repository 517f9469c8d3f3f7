-- Asked every minute: the few that are deleted and not erased yet.
CREATE INDEX tenants_to_erase ON tenants (deleted_at) WHERE deleted_at IS NOT NULL AND erased_at IS NULL;
