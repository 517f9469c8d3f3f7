-- Hand-off counts the day's new recipients that devices' mail teaches.
GRANT SELECT, INSERT, UPDATE ON tenant_uses TO hikyaku_system;
