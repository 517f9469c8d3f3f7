-- Refused sessions are rows of the log; a camera that gets through a thousand times a day must not be read through for them.
CREATE INDEX smtp_sessions_refused ON smtp_sessions (tenant_id, id DESC) WHERE severity = 'error';
CREATE INDEX smtp_sessions_refused_of_device ON smtp_sessions (tenant_id, device_id, id DESC) WHERE severity = 'error';
