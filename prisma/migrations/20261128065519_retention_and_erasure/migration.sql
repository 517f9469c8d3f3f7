-- AlterTable
ALTER TABLE "tenants" ADD COLUMN     "erased_at" TIMESTAMPTZ(3),
ADD COLUMN     "retention_due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "retention_seq" BIGINT NOT NULL DEFAULT 0;

-- CreateIndex
CREATE INDEX "tenants_retention_due_at_idx" ON "tenants"("retention_due_at");

-- A tenant that keeps its mail shorter from now on does not wait for its next look.
CREATE FUNCTION look_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.retention_due_at := now();
  NEW.retention_seq := 0;
  RETURN NEW;
END
$$;
CREATE TRIGGER look_again BEFORE UPDATE OF retention_days ON tenants FOR EACH ROW
  WHEN (NEW.retention_days <> OLD.retention_days) EXECUTE FUNCTION look_again();

-- Removes up to so many messages with all their story, or, when those are gone, so many other rows of a tenant whose deletion is a minute old (an
-- insert that began before it has ended by then). How many; 0 when nothing is left. Messages whose spool object is still there stay until it is
-- gone. SECURITY DEFINER: nobody but this function, and only for a deleted tenant, may remove devices, mailboxes or what the audit log says. Every
-- table with a column tenant_id is emptied, those of later migrations too.
CREATE FUNCTION erase_tenant(tenant uuid, at_most int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  ids uuid[];
  removed int;
  owned record;
BEGIN
  PERFORM FROM tenants WHERE id = tenant AND deleted_at <= now() - interval '1 minute' AND erased_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  ids := ARRAY(
    SELECT m.id FROM messages m WHERE m.tenant_id = tenant AND m.spool_object IS NULL AND coalesce(m.lease_until <= now(), true)
    ORDER BY m.seq LIMIT at_most);
  IF cardinality(ids) > 0 THEN
    DELETE FROM parts WHERE message_id = ANY (ids);
    DELETE FROM attempts WHERE message_id = ANY (ids);
    DELETE FROM message_events WHERE message_id = ANY (ids);
    DELETE FROM messages WHERE id = ANY (ids);
    RETURN cardinality(ids);
  END IF;
  IF EXISTS (SELECT FROM messages WHERE tenant_id = tenant) THEN
    RETURN 0;
  END IF;
  -- The pace of its accounts, where no other tenant has connected them.
  DELETE FROM upstream_accounts a USING mailboxes b WHERE b.tenant_id = tenant AND a.account_key = b.account_key
    AND NOT EXISTS (SELECT FROM mailboxes o WHERE o.account_key = b.account_key AND o.tenant_id <> tenant);
  FOR owned IN
    SELECT c.relname AS name, format_type(a.atttypid, NULL) AS type FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY c.relname
  LOOP
    EXECUTE format('DELETE FROM %1$I WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$I WHERE tenant_id = $1::text::%2$s LIMIT $2))',
      owned.name, owned.type) USING tenant, at_most;
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN
      RETURN removed;
    END IF;
  END LOOP;
  DELETE FROM auth_invitations WHERE organization_id = tenant::text;
  DELETE FROM auth_members WHERE organization_id = tenant::text;
  DELETE FROM auth_organizations WHERE id = tenant::text;
  UPDATE tenants SET name = '', erased_at = now() WHERE id = tenant;
  INSERT INTO audit_entries (id, tenant_id, actor, action) VALUES (gen_random_uuid(), tenant, 'system', 'tenant.erased');
  RETURN 0;
END
$$;
REVOKE ALL ON FUNCTION erase_tenant(uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_tenant(uuid, int) TO hikyaku_system;
