-- Tables of the LINTAS server. Tenant id leads every primary key: a deployment that outgrows one machine distributes by it (Citus), and no
-- query can be written that forgets whose rows it reads. Hashes are lower-case hex, so that an inspector can follow them with sha256sum.

-- An agency (OPD), or the regency, whose tenant holds the people that agencies share.
CREATE TABLE tenants (
  tenant_id text PRIMARY KEY CHECK (tenant_id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  kind text NOT NULL CHECK (kind IN ('agency', 'regency')),
  name text NOT NULL,
  time_zone text NOT NULL,
  created_at timestamptz(3) NOT NULL
);

CREATE TABLE api_keys (
  tenant_id text NOT NULL REFERENCES tenants,
  key_id text NOT NULL,
  token_sha256 text NOT NULL,
  role text NOT NULL CHECK (role IN ('agency', 'officer', 'regency', 'operator')),
  label text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  revoked_at timestamptz(3),
  last_used_at timestamptz(3),
  PRIMARY KEY (tenant_id, key_id),
  UNIQUE (tenant_id, token_sha256)
);

-- People are the regency's; a subject of an agency points at one. No foreign key from subjects: it would cross tenants.
CREATE TABLE persons (
  tenant_id text NOT NULL REFERENCES tenants,
  person_id text NOT NULL,
  -- Civil servant's number: it holds birth date and sex, so it is an attribute and never an id.
  nip text,
  name text,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, person_id),
  UNIQUE (tenant_id, nip)
);

CREATE TABLE assignments (
  tenant_id text NOT NULL,
  assignment_id text NOT NULL,
  person_id text NOT NULL,
  agency_id text NOT NULL,
  starts_on date NOT NULL,
  -- The last day; NULL while it goes on.
  ends_on date CHECK (ends_on >= starts_on),
  PRIMARY KEY (tenant_id, assignment_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES persons
);
CREATE INDEX assignments_person ON assignments (tenant_id, person_id, starts_on);

CREATE TABLE subjects (
  tenant_id text NOT NULL REFERENCES tenants,
  subject_id text NOT NULL,
  person_id text,
  created_at timestamptz(3) NOT NULL,
  erased_at timestamptz(3),
  PRIMARY KEY (tenant_id, subject_id)
);
CREATE INDEX subjects_person ON subjects (tenant_id, person_id);

CREATE TABLE consents (
  tenant_id text NOT NULL,
  consent_id text NOT NULL,
  subject_id text NOT NULL,
  version text NOT NULL,
  text_sha256 text NOT NULL CHECK (text_sha256 ~ '^[0-9a-f]{64}$'),
  given_at timestamptz(3) NOT NULL,
  withdrawn_at timestamptz(3),
  PRIMARY KEY (tenant_id, consent_id),
  FOREIGN KEY (tenant_id, subject_id) REFERENCES subjects
);
CREATE UNIQUE INDEX consents_standing ON consents (tenant_id, subject_id) WHERE withdrawn_at IS NULL;

CREATE TABLE "references" (
  tenant_id text NOT NULL,
  reference_id text NOT NULL,
  subject_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'active', 'superseded')),
  ciphertext bytea NOT NULL,
  key_id text NOT NULL,
  model_ids text[] NOT NULL,
  quality real NOT NULL CHECK (quality BETWEEN 0 AND 1),
  created_at timestamptz(3) NOT NULL,
  created_by text NOT NULL,
  approved_at timestamptz(3),
  approved_by text[] NOT NULL DEFAULT '{}',
  superseded_at timestamptz(3),
  PRIMARY KEY (tenant_id, reference_id),
  FOREIGN KEY (tenant_id, subject_id) REFERENCES subjects,
  -- Pending admits nobody, and nobody becomes active unseen.
  CHECK (state <> 'active' OR (approved_at IS NOT NULL AND cardinality(approved_by) >= 1))
);
CREATE UNIQUE INDEX references_active ON "references" (tenant_id, subject_id) WHERE state = 'active';
CREATE INDEX references_subject ON "references" (tenant_id, subject_id, created_at);
CREATE INDEX references_key ON "references" (tenant_id, key_id);

CREATE TABLE sessions (
  tenant_id text NOT NULL,
  sid text NOT NULL,
  subject_id text NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('check-in', 'enrolment')),
  policy_id text NOT NULL,
  calibration_id text NOT NULL,
  minimum_assurance text NOT NULL,
  place text,
  token_sha256 text NOT NULL,
  state text NOT NULL CHECK (state IN ('issued', 'begun', 'stepped', 'decided')),
  thumbprint text,
  -- The step that is open; 0 before begin. Its action and nonce are the server's; the nonce is kept as SHA-256.
  step integer NOT NULL DEFAULT 0,
  steps integer NOT NULL CHECK (steps BETWEEN 1 AND 8),
  action text,
  nonce_sha256 text,
  begin_attempts integer NOT NULL DEFAULT 0,
  submissions integer NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  begun_at timestamptz(3),
  step_at timestamptz(3),
  decided_at timestamptz(3),
  PRIMARY KEY (tenant_id, sid),
  FOREIGN KEY (tenant_id, subject_id) REFERENCES subjects
);
CREATE INDEX sessions_subject ON sessions (tenant_id, subject_id, created_at);
CREATE INDEX sessions_expiry ON sessions (tenant_id, expires_at);

CREATE TABLE session_steps (
  tenant_id text NOT NULL,
  sid text NOT NULL,
  n integer NOT NULL,
  action text NOT NULL,
  opened_at timestamptz(3) NOT NULL,
  taken_at timestamptz(3) NOT NULL,
  -- What the browser committed to, and which of its frames were asked for.
  commitment text NOT NULL,
  open_frames integer[] NOT NULL,
  PRIMARY KEY (tenant_id, sid, n),
  FOREIGN KEY (tenant_id, sid) REFERENCES sessions ON DELETE CASCADE
);

CREATE TABLE nonces (
  tenant_id text NOT NULL REFERENCES tenants,
  purpose text NOT NULL,
  nonce_sha256 text NOT NULL,
  -- What it was issued for (subject, key and working day, say); empty where for nobody in particular.
  binding text NOT NULL,
  ordinal integer NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  used_at timestamptz(3),
  PRIMARY KEY (tenant_id, purpose, nonce_sha256)
);
CREATE INDEX nonces_expiry ON nonces (tenant_id, expires_at);

CREATE TABLE limits (
  tenant_id text NOT NULL,
  subject_id text NOT NULL,
  -- Begins of the last hour, milliseconds since 1970.
  begins bigint[] NOT NULL DEFAULT '{}',
  failures integer NOT NULL DEFAULT 0,
  blocked_until timestamptz(3),
  PRIMARY KEY (tenant_id, subject_id),
  FOREIGN KEY (tenant_id, subject_id) REFERENCES subjects
);

-- Evidence kept after a decision, encrypted: hashes, probes and series against replay; sealed frames of a refusal for an appeal.
CREATE TABLE evidence (
  tenant_id text NOT NULL,
  evidence_id text NOT NULL,
  subject_id text NOT NULL,
  sid text NOT NULL,
  class text NOT NULL CHECK (class IN ('replay', 'sealed')),
  ciphertext bytea NOT NULL,
  key_id text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  -- Why it may not be swept yet; erasure of the subject is refused meanwhile.
  legal_hold text,
  PRIMARY KEY (tenant_id, evidence_id),
  FOREIGN KEY (tenant_id, subject_id) REFERENCES subjects
);
CREATE INDEX evidence_subject ON evidence (tenant_id, subject_id, class);
CREATE INDEX evidence_expiry ON evidence (tenant_id, expires_at);

-- The chain: row_sha256 = SHA-256 of tenant, seq, prev and commitment; commitment = SHA-256(salt || record). Nothing here is personal.
CREATE TABLE ledger (
  tenant_id text NOT NULL REFERENCES tenants,
  seq bigint NOT NULL CHECK (seq >= 1),
  prev_sha256 text NOT NULL,
  commitment_sha256 text NOT NULL,
  row_sha256 text NOT NULL,
  PRIMARY KEY (tenant_id, seq)
);

-- The last row of each chain. Locking it puts the appends of one tenant in order, whichever instance makes them.
CREATE TABLE ledger_heads (
  tenant_id text PRIMARY KEY REFERENCES tenants,
  seq bigint NOT NULL,
  row_sha256 text NOT NULL
);

CREATE TABLE ledger_salts (
  tenant_id text NOT NULL,
  seq bigint NOT NULL,
  salt text NOT NULL CHECK (salt ~ '^[0-9a-f]{64}$'),
  PRIMARY KEY (tenant_id, seq),
  FOREIGN KEY (tenant_id, seq) REFERENCES ledger
);

-- What the ledger commits to. `body` is the record, byte for byte; the other columns repeat parts of it for queries.
CREATE TABLE records (
  tenant_id text NOT NULL,
  seq bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('attendance', 'correction', 'erasure')),
  subject_id text NOT NULL,
  occurred_at timestamptz(3) NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (tenant_id, seq),
  FOREIGN KEY (tenant_id, seq) REFERENCES ledger
);
CREATE INDEX records_subject ON records (tenant_id, subject_id, occurred_at);
CREATE INDEX records_time ON records (tenant_id, occurred_at);

CREATE TABLE decisions (
  tenant_id text NOT NULL,
  sid text NOT NULL,
  thumbprint text NOT NULL,
  payload_sha256 text NOT NULL,
  outcome text NOT NULL,
  assurance text NOT NULL,
  -- What the browser got, what the agency gets, and what an officer may see, as they were sent.
  answer text NOT NULL,
  decision text NOT NULL,
  findings text,
  ledger_seq bigint,
  decided_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, sid),
  FOREIGN KEY (tenant_id, sid) REFERENCES sessions
);

CREATE TABLE tombstones (
  tenant_id text NOT NULL,
  subject_id text NOT NULL,
  erased_at timestamptz(3) NOT NULL,
  reason text NOT NULL,
  erased_by text NOT NULL,
  PRIMARY KEY (tenant_id, subject_id)
);

CREATE TABLE audit (
  tenant_id text NOT NULL REFERENCES tenants,
  entry_id text NOT NULL,
  at timestamptz(3) NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  subject_id text,
  details text NOT NULL,
  PRIMARY KEY (tenant_id, entry_id)
);
CREATE INDEX audit_time ON audit (tenant_id, at);
CREATE INDEX audit_subject ON audit (tenant_id, subject_id, at);

-- Append-only, held by the database itself: a bug or a careless hand at psql meets an error. Who owns the database can still switch a
-- trigger off; heads kept elsewhere are what shows that.
CREATE FUNCTION lintas_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'lintas: % is append-only', TG_TABLE_NAME USING ERRCODE = 'LT001';
END $$;

-- Records and salts may go, in a transaction that says it erases; they may never change.
CREATE FUNCTION lintas_erase_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('lintas.erasing', true) = OLD.tenant_id THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'lintas: % is append-only', TG_TABLE_NAME USING ERRCODE = 'LT001';
END $$;

CREATE FUNCTION lintas_head_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.tenant_id = OLD.tenant_id AND NEW.seq = OLD.seq + 1 THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'lintas: a ledger head only moves on' USING ERRCODE = 'LT001';
END $$;

CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON ledger FOR EACH ROW EXECUTE FUNCTION lintas_append_only();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION lintas_append_only();
CREATE TRIGGER tombstones_append_only BEFORE UPDATE OR DELETE ON tombstones FOR EACH ROW EXECUTE FUNCTION lintas_append_only();
CREATE TRIGGER records_erase_only BEFORE UPDATE OR DELETE ON records FOR EACH ROW EXECUTE FUNCTION lintas_erase_only();
CREATE TRIGGER salts_erase_only BEFORE UPDATE OR DELETE ON ledger_salts FOR EACH ROW EXECUTE FUNCTION lintas_erase_only();
CREATE TRIGGER heads_move_on BEFORE UPDATE OR DELETE ON ledger_heads FOR EACH ROW EXECUTE FUNCTION lintas_head_moves_on();
CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger FOR EACH STATEMENT EXECUTE FUNCTION lintas_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION lintas_append_only();
CREATE TRIGGER tombstones_no_truncate BEFORE TRUNCATE ON tombstones FOR EACH STATEMENT EXECUTE FUNCTION lintas_append_only();
CREATE TRIGGER records_no_truncate BEFORE TRUNCATE ON records FOR EACH STATEMENT EXECUTE FUNCTION lintas_append_only();
CREATE TRIGGER salts_no_truncate BEFORE TRUNCATE ON ledger_salts FOR EACH STATEMENT EXECUTE FUNCTION lintas_append_only();
CREATE TRIGGER heads_no_truncate BEFORE TRUNCATE ON ledger_heads FOR EACH STATEMENT EXECUTE FUNCTION lintas_append_only();
