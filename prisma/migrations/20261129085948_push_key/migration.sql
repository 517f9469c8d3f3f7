-- Who the instance is to browsers' push services: made once, as the others are.
ALTER TABLE instance_keys DROP CONSTRAINT instance_keys_purpose;
ALTER TABLE instance_keys ADD CONSTRAINT instance_keys_purpose CHECK (purpose IN ('content', 'token', 'digest', 'push'));
