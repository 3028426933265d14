-- Check-ins that matched and that an officer decides on: all that their record needs, as it was when they were made, so that an acceptance computes
-- nothing again. No frame, no template and no measure is in it; what was found stays with the decision.
CREATE TABLE reviews (
  tenant_id text NOT NULL,
  sid text NOT NULL,
  subject_id text NOT NULL,
  thumbprint text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'accepted', 'rejected')),
  -- Of what was deferred: received, and since when it may have been made.
  occurred_at timestamptz(3) NOT NULL,
  not_before timestamptz(3) CHECK (not_before <= occurred_at),
  direction text NOT NULL CHECK (direction IN ('arrival', 'departure')),
  assurance text NOT NULL,
  place text,
  place_by text CHECK (place_by IN ('kiosk', 'egress', 'code', 'claim')),
  -- Why it is a review. `disagreement`: browser and server did not say the same of something, which the findings tell.
  flags text[] NOT NULL,
  created_at timestamptz(3) NOT NULL,
  settled_at timestamptz(3),
  settled_by text,
  second text CHECK (second <> settled_by),
  reason text,
  -- What the agency gets from then on.
  decision text,
  ledger_seq bigint,
  PRIMARY KEY (tenant_id, sid),
  FOREIGN KEY (tenant_id, sid) REFERENCES sessions,
  FOREIGN KEY (tenant_id, subject_id) REFERENCES subjects,
  CHECK ((place IS NULL) = (place_by IS NULL)),
  CHECK ((state = 'waiting') = (settled_at IS NULL) AND (state = 'waiting') = (settled_by IS NULL) AND (state = 'waiting') = (decision IS NULL)),
  CHECK (state <> 'rejected' OR reason IS NOT NULL),
  CHECK ((state = 'accepted') = (ledger_seq IS NOT NULL))
);
CREATE INDEX reviews_time ON reviews (tenant_id, occurred_at, sid);
CREATE INDEX reviews_subject ON reviews (tenant_id, subject_id, occurred_at);
CREATE INDEX reviews_waiting ON reviews (tenant_id, thumbprint) WHERE state = 'waiting';
CREATE INDEX reviews_officer ON reviews (tenant_id, settled_by, settled_at);
