-- Who acts is whose key it is. Keys from before name nobody, and what nobody did cannot be answered for: they end here, and
-- `lintas keys issue --actor` gives each officer their own.
ALTER TABLE api_keys ADD COLUMN actor text;
UPDATE api_keys SET revoked_at = now() WHERE role <> 'agency' AND revoked_at IS NULL;
ALTER TABLE api_keys ADD CHECK ((role = 'agency') = (actor IS NULL) OR revoked_at IS NOT NULL);

-- Who an actor is, where that is known: a person of the regency, a subject of this tenant, or both. No foreign key to persons: it would cross
-- tenants.
CREATE TABLE officers (
  tenant_id text NOT NULL REFERENCES tenants,
  actor text NOT NULL,
  person_id text,
  subject_id text,
  linked_at timestamptz(3) NOT NULL,
  linked_by text NOT NULL,
  PRIMARY KEY (tenant_id, actor),
  FOREIGN KEY (tenant_id, subject_id) REFERENCES subjects
);

-- Public keys with which officers confirm an act.
CREATE TABLE passkeys (
  tenant_id text NOT NULL REFERENCES tenants,
  credential_id text NOT NULL,
  actor text NOT NULL,
  public_key bytea NOT NULL,
  counter bigint NOT NULL CHECK (counter >= 0),
  transports text[] NOT NULL DEFAULT '{}',
  created_at timestamptz(3) NOT NULL,
  created_by text NOT NULL,
  last_used_at timestamptz(3),
  revoked_at timestamptz(3),
  revoked_by text,
  PRIMARY KEY (tenant_id, credential_id),
  CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);
CREATE INDEX passkeys_actor ON passkeys (tenant_id, actor);
