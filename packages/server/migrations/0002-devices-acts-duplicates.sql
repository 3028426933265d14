-- Devices, officers' acts, possible duplicates, offline packs, and what an erasure has to say so that it can be done again.

-- A device is the thumbprint of its key. Its subject is one, or it is a kiosk and has none.
CREATE TABLE devices (
  tenant_id text NOT NULL REFERENCES tenants,
  thumbprint text NOT NULL,
  subject_id text,
  kiosk boolean NOT NULL DEFAULT false,
  state text NOT NULL CHECK (state IN ('provisional', 'bound', 'revoked')),
  uses integer NOT NULL DEFAULT 0 CHECK (uses >= 0),
  created_at timestamptz(3) NOT NULL,
  last_used_at timestamptz(3),
  bound_at timestamptz(3),
  bound_by text,
  bound_how text CHECK (bound_how IN ('officer', 'passkey')),
  revoked_at timestamptz(3),
  revoked_by text,
  PRIMARY KEY (tenant_id, thumbprint),
  FOREIGN KEY (tenant_id, subject_id) REFERENCES subjects,
  CHECK (kiosk = (subject_id IS NULL)),
  -- Nobody's word binds a device without a name to it.
  CHECK (state <> 'bound' OR (bound_at IS NOT NULL AND bound_by IS NOT NULL AND bound_how IS NOT NULL)),
  CHECK (state <> 'revoked' OR (revoked_at IS NOT NULL AND revoked_by IS NOT NULL))
);
CREATE INDEX devices_subject ON devices (tenant_id, subject_id);

-- What officers attested, for the rule of the second officer; what was attested stands in the ledger.
CREATE TABLE attestations (
  tenant_id text NOT NULL,
  attestation_id text NOT NULL,
  subject_id text NOT NULL,
  officer text NOT NULL,
  second text CHECK (second <> officer),
  attested_at timestamptz(3) NOT NULL,
  ledger_seq bigint NOT NULL,
  PRIMARY KEY (tenant_id, attestation_id),
  FOREIGN KEY (tenant_id, subject_id) REFERENCES subjects
);
CREATE INDEX attestations_subject ON attestations (tenant_id, subject_id, attested_at);
CREATE INDEX attestations_officer ON attestations (tenant_id, officer, attested_at);
CREATE INDEX audit_actor ON audit (tenant_id, actor, at);

-- Two subjects who may be one person, for an officer of the regency. The tenant is the regency's; no foreign key: it would cross tenants.
CREATE TABLE duplicates (
  tenant_id text NOT NULL REFERENCES tenants,
  duplicate_id text NOT NULL,
  agency_id text NOT NULL,
  subject_id text NOT NULL,
  other_agency_id text NOT NULL,
  other_subject_id text NOT NULL,
  score real NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'different', 'same')),
  found_at timestamptz(3) NOT NULL,
  settled_at timestamptz(3),
  settled_by text,
  PRIMARY KEY (tenant_id, duplicate_id),
  UNIQUE (tenant_id, agency_id, subject_id, other_agency_id, other_subject_id),
  -- One order, so that a pair is one row.
  CHECK ((agency_id, subject_id) < (other_agency_id, other_subject_id)),
  CHECK ((state = 'open') = (settled_by IS NULL))
);
CREATE INDEX duplicates_open ON duplicates (tenant_id, state, found_at);
CREATE INDEX duplicates_first ON duplicates (agency_id, subject_id);
CREATE INDEX duplicates_second ON duplicates (other_agency_id, other_subject_id);

-- Nonces of an offline pack are numbered within subject, key and day, once; what they are worth begins when they were issued.
ALTER TABLE nonces ADD COLUMN issued_at timestamptz(3);
CREATE UNIQUE INDEX nonces_pack ON nonces (tenant_id, binding, ordinal) WHERE purpose = 'pack';

-- What went: the biometrics when a consent ended (again and again), the subject, or its attendance as well.
ALTER TABLE tombstones ADD COLUMN part text NOT NULL DEFAULT 'subject' CHECK (part IN ('biometrics', 'subject', 'attendance'));
ALTER TABLE tombstones DROP CONSTRAINT tombstones_pkey;
ALTER TABLE tombstones ADD PRIMARY KEY (tenant_id, subject_id, part, erased_at);
