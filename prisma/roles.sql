-- Run before every migration, as the connecting user; does only what is missing, so that a login without CREATEROLE passes once it is done.
-- Three roles that nobody logs in as: owner (migrations), app (one tenant at a time), system (named statements across tenants).
-- Roles belong to the whole cluster, and advisory locks only to one database: two databases migrated at once meet here, hence the repeats.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['hikyaku_owner', 'hikyaku_app', 'hikyaku_system'] LOOP
    FOR attempt IN 1..20 LOOP
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
          EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', wanted);
        END IF;
        -- Without INHERIT a connection that forgot its role sees nothing at all.
        IF NOT EXISTS (
          SELECT FROM pg_auth_members m
          WHERE m.roleid = wanted::regrole AND m.member = current_user::regrole AND m.set_option
        ) THEN
          EXECUTE format('GRANT %I TO CURRENT_USER WITH INHERIT FALSE, SET TRUE', wanted);
        END IF;
        EXIT;
      EXCEPTION
        -- internal_error is "tuple concurrently updated".
        WHEN duplicate_object OR unique_violation OR internal_error THEN
          IF attempt = 20 THEN RAISE; END IF;
          PERFORM pg_sleep(0.05);
      END;
    END LOOP;
  END LOOP;

  -- PUBLIC may do nothing here; every right is given by name.
  IF NOT has_schema_privilege('hikyaku_owner', 'public', 'CREATE') THEN
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    GRANT USAGE, CREATE ON SCHEMA public TO hikyaku_owner;
    GRANT USAGE ON SCHEMA public TO hikyaku_app, hikyaku_system;
  END IF;
  IF has_database_privilege('hikyaku_app', current_database(), 'TEMPORARY') THEN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
  END IF;
END
$$;
