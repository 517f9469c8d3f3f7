-- Of mail that came while the clock was ahead, when that is set back.
GRANT UPDATE (ingested_at) ON messages TO hikyaku_system;
