-- Tenancy: app sees the tenant of its transaction and nothing without one. The sub-select is evaluated once per statement, so index scans
-- stay; a setting that was local to an earlier transaction reads as '' and not as null. FORCE: no role is
-- above its policy, the owner included.
DO $$
DECLARE
  of_tenant record;
BEGIN
  FOR of_tenant IN
    SELECT * FROM (VALUES
      ('tenants', 'id'), ('mailboxes', 'tenant_id'), ('devices', 'tenant_id'), ('credentials', 'tenant_id'),
      ('messages', 'tenant_id'), ('parts', 'tenant_id'), ('attempts', 'tenant_id'), ('message_events', 'tenant_id'),
      ('oauth_states', 'tenant_id'), ('audit_entries', 'tenant_id')
    ) AS t (name, tenant)
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', of_tenant.name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', of_tenant.name);
    EXECUTE format(
      'CREATE POLICY own_tenant ON %I TO hikyaku_app
         USING (%I = (SELECT nullif(current_setting(''app.tenant_id'', true), '''')::uuid))
         WITH CHECK (%2$I = (SELECT nullif(current_setting(''app.tenant_id'', true), '''')::uuid))',
      of_tenant.name, of_tenant.tenant);
    EXECUTE format(
      'CREATE POLICY every_tenant ON %I TO hikyaku_system, hikyaku_owner USING (true) WITH CHECK (true)', of_tenant.name);
  END LOOP;
END
$$;

-- ---------------------------------------------------------------- app: what the API does for one tenant
GRANT SELECT, UPDATE (name, hide_subjects, retention_days) ON tenants TO hikyaku_app;
GRANT SELECT, INSERT, UPDATE ON mailboxes, devices TO hikyaku_app;
GRANT SELECT, INSERT, UPDATE (expires_at, revoked_at) ON credentials TO hikyaku_app;
-- Not the sealed key nor where the content lies: app shows metadata.
GRANT
  SELECT (id, seq, tenant_id, device_id, mailbox_id, account_key, queue_id, state, state_code, is_test, priority, subject, size_bytes,
    mail_from, recipients, message_id_header, door, accepted_at, ingested_at, sent_at, due_at, lease_until, fence, opened_at,
    attempt_count, content_until, content_destroyed_at),
  UPDATE (state, state_code, priority, due_at, content_until) ON messages TO hikyaku_app;
GRANT SELECT ON parts, attempts TO hikyaku_app;
GRANT SELECT, INSERT ON message_events TO hikyaku_app;
GRANT SELECT, INSERT, UPDATE (used_at) ON oauth_states TO hikyaku_app;
GRANT SELECT, INSERT ON audit_entries TO hikyaku_app;
GRANT USAGE ON SEQUENCE message_events_number_seq TO hikyaku_app;

-- ---------------------------------------------------------------- system: what edge, worker and sign-in do across tenants
GRANT SELECT, INSERT, UPDATE, DELETE ON
  auth_users, auth_sessions, auth_accounts, auth_verifications, auth_organizations, auth_members, auth_invitations, auth_rate_limits,
  upstream_accounts, instance_settings TO hikyaku_system;
GRANT SELECT, INSERT, UPDATE ON tenants TO hikyaku_system;
GRANT SELECT, INSERT, UPDATE (public_key, sealed, retired_at) ON instance_keys TO hikyaku_system;
GRANT SELECT, UPDATE (state, state_code, secret_sealed, secret_version, updated_at, deleted_at) ON mailboxes TO hikyaku_system;
GRANT SELECT, UPDATE (learnt_recipients, last_message_at, disabled_at, updated_at, deleted_at) ON devices TO hikyaku_system;
GRANT SELECT, UPDATE (expires_at, revoked_at) ON credentials TO hikyaku_system;
GRANT SELECT, INSERT, DELETE,
  UPDATE (mailbox_id, account_key, state, state_code, priority, subject, sent_at, due_at, lease_until, fence, opened_at, attempt_count,
    key_sealed, spool_object, spool_offset, spool_length, content_until, content_destroyed_at) ON messages TO hikyaku_system;
GRANT SELECT, INSERT, DELETE, UPDATE (state, provider_id, sent_at) ON parts TO hikyaku_system;
GRANT SELECT, INSERT, DELETE, UPDATE (opened_at, finished_at, outcome, status, code, text, is_repeat) ON attempts TO hikyaku_system;
GRANT SELECT, INSERT, DELETE ON message_events, tombstones TO hikyaku_system;
GRANT SELECT, INSERT, DELETE, UPDATE (used_at) ON oauth_states TO hikyaku_system;
GRANT SELECT, INSERT ON audit_entries TO hikyaku_system;
GRANT USAGE ON SEQUENCE message_events_number_seq, messages_seq_seq TO hikyaku_system;
