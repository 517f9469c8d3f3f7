-- ---------------------------------------------------------------- what may never be in a row
ALTER TABLE tenants ADD CONSTRAINT tenants_retention_days CHECK (retention_days BETWEEN 1 AND 3650);
ALTER TABLE devices
  ADD CONSTRAINT devices_positive CHECK (
    rate_per_hour > 0 AND digest_minutes > 0 AND max_size_bytes > 0 AND silence_after_hours > 0),
  ADD CONSTRAINT devices_fallback CHECK (fallback_mailbox_id <> mailbox_id);
-- As core's normalizeUsername leaves it; a letter and 7 to 9 more, no look-alikes.
ALTER TABLE credentials ADD CONSTRAINT credentials_username CHECK (username ~ '^[a-z][a-z2-9]{7,9}$');
ALTER TABLE instance_keys
  ADD CONSTRAINT instance_keys_purpose CHECK (purpose IN ('content', 'token', 'digest')),
  ADD CONSTRAINT instance_keys_pair CHECK ((purpose = 'content') = (public_key IS NOT NULL));
ALTER TABLE attempts ADD CONSTRAINT attempts_outcome
  CHECK (outcome IN ('accepted', 'deferred', 'rejected', 'auth_lost', 'in_doubt', 'abandoned'));
ALTER TABLE messages
  ADD CONSTRAINT messages_numbers CHECK (size_bytes >= 0 AND fence >= 0 AND attempt_count >= 0 AND priority BETWEEN 0 AND 9),
  -- A mail that waits without a time or an account, or is being sent without a lease, would never be looked at again.
  ADD CONSTRAINT messages_waiting CHECK (
    state NOT IN ('queued', 'deferred', 'in_doubt') OR (due_at IS NOT NULL AND account_key IS NOT NULL)),
  ADD CONSTRAINT messages_sending CHECK (state <> 'sending' OR lease_until IS NOT NULL),
  -- Destroyed means that nothing opens it any more, even while its spool object is still there.
  ADD CONSTRAINT messages_destroyed CHECK (content_destroyed_at IS NULL OR key_sealed IS NULL),
  ADD CONSTRAINT messages_spooled CHECK (num_nulls(spool_object, spool_offset, spool_length) IN (0, 3));

-- ---------------------------------------------------------------- user names
-- Two live rows of one device share a name while a rotation runs; another device never gets it, not even later: old transcripts are
-- found by it. SECURITY DEFINER, since another tenant's names are hidden from the one who inserts.
CREATE FUNCTION claim_username() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO usernames AS claimed (username, device_id) VALUES (NEW.username, NEW.device_id)
    ON CONFLICT (username) DO UPDATE SET device_id = claimed.device_id WHERE claimed.device_id = NEW.device_id;
  IF NOT FOUND THEN
    RAISE unique_violation USING MESSAGE = 'the user name belongs to another device', CONSTRAINT = 'usernames_pkey', TABLE = 'usernames';
  END IF;
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION claim_username() FROM PUBLIC;
CREATE TRIGGER claim_username BEFORE INSERT OR UPDATE OF username, device_id ON credentials
  FOR EACH ROW EXECUTE FUNCTION claim_username();

-- ---------------------------------------------------------------- the edge's snapshot follows changes
-- changed_xid is its cursor (compared with pg_snapshot_xmin), the notification its clock. Columns are named so that a token refresh or a
-- device's last message wakes nobody.
CREATE FUNCTION mark_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_xid := pg_current_xact_id();
  RETURN NEW;
END
$$;
CREATE FUNCTION notify_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('hikyaku_policy', '');
  RETURN NULL;
END
$$;
DO $$
DECLARE
  watched record;
BEGIN
  FOR watched IN
    SELECT * FROM (VALUES
      ('tenants', 'name, hide_subjects, retention_days, deleted_at'),
      ('mailboxes', 'tenant_id, provider, environment, account_key, address, display_name, state, deleted_at'),
      ('devices', 'tenant_id, mailbox_id, name, recipients_mode, recipients, learnt_recipients, allow_plain_auth, legacy_tls, pop_before_smtp,
         allowed_addresses, rate_per_hour, digest_minutes, quiet_hours, max_size_bytes, subject_prefix, time_zone, charset,
         silence_after_hours, fallback_mailbox_id, disabled_at, deleted_at'),
      ('credentials', 'tenant_id, device_id, username, password_digest, expires_at, revoked_at')
    ) AS t (name, columns)
  LOOP
    EXECUTE format('CREATE TRIGGER mark_changed BEFORE UPDATE OF %s ON %I FOR EACH ROW EXECUTE FUNCTION mark_changed()',
      watched.columns, watched.name);
    EXECUTE format('CREATE TRIGGER notify_policy AFTER INSERT OR DELETE OR UPDATE OF %s ON %I FOR EACH STATEMENT EXECUTE FUNCTION notify_policy()',
      watched.columns, watched.name);
    EXECUTE format('CREATE INDEX %I ON %I (changed_xid)', watched.name || '_changed', watched.name);
  END LOOP;
END
$$;

-- ---------------------------------------------------------------- one of a kind
-- One current key per purpose: two processes that start together agree on the first.
CREATE UNIQUE INDEX instance_keys_current ON instance_keys (purpose) WHERE retired_at IS NULL;
-- Connecting an account again is the same mailbox.
CREATE UNIQUE INDEX mailboxes_account ON mailboxes (tenant_id, account_key) WHERE deleted_at IS NULL;

-- ---------------------------------------------------------------- messages: small indexes for what is alive among many that are done
CREATE INDEX messages_due ON messages (account_key, priority, due_at) WHERE state IN ('queued', 'deferred', 'in_doubt');
CREATE INDEX messages_leased ON messages (lease_until) WHERE state = 'sending';
CREATE INDEX messages_held ON messages (mailbox_id, seq) WHERE state = 'held';
CREATE INDEX messages_spooled ON messages (spool_object) WHERE content_destroyed_at IS NULL AND spool_object IS NOT NULL;
CREATE INDEX messages_content_until ON messages (content_until) WHERE content_destroyed_at IS NULL AND content_until IS NOT NULL;

-- A row is written about four times in its first seconds and never again: room on its page keeps the versions together (the `opened` mark
-- touches no index and is HOT). Vacuum by thousands of rows, not by a fifth of a hundred million.
ALTER TABLE messages SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE parts SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE attempts SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE message_events SET (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
-- Few rows, each rewritten at every turn.
ALTER TABLE upstream_accounts SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
