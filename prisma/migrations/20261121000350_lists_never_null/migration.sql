-- An empty list is '{}', never null; Prisma cannot say so itself.
ALTER TABLE mailboxes ALTER scopes SET DEFAULT '{}', ALTER scopes SET NOT NULL;
ALTER TABLE devices
  ALTER recipients SET DEFAULT '{}', ALTER recipients SET NOT NULL,
  ALTER learnt_recipients SET DEFAULT '{}', ALTER learnt_recipients SET NOT NULL,
  ALTER allowed_addresses SET DEFAULT '{}', ALTER allowed_addresses SET NOT NULL;
ALTER TABLE messages ALTER recipients SET NOT NULL;
