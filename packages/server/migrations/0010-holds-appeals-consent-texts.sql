-- Until when a legal hold keeps evidence (absent: until it is lifted), and an appeal against a refusal: while one stands, what was sealed is kept, and two
-- officers may open it.
ALTER TABLE evidence ADD COLUMN hold_until timestamptz(3);
ALTER TABLE evidence ADD COLUMN appeal text;
ALTER TABLE evidence ADD COLUMN appeal_until timestamptz(3);
ALTER TABLE evidence ADD CHECK (hold_until IS NULL OR legal_hold IS NOT NULL);
ALTER TABLE evidence ADD CHECK ((appeal IS NULL) = (appeal_until IS NULL) AND (appeal IS NULL OR class = 'sealed'));
CREATE INDEX evidence_session ON evidence (tenant_id, sid);

-- The very text of each version of a consent, once a tenant. A version is one text for ever; consents from before have its SHA-256 alone.
CREATE TABLE consent_texts (
  tenant_id text NOT NULL REFERENCES tenants,
  version text NOT NULL,
  text_sha256 text NOT NULL CHECK (text_sha256 ~ '^[0-9a-f]{64}$'),
  text text NOT NULL,
  kept_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, version)
);
CREATE TRIGGER consent_texts_append_only BEFORE UPDATE OR DELETE ON consent_texts FOR EACH ROW EXECUTE FUNCTION lintas_append_only();
CREATE TRIGGER consent_texts_no_truncate BEFORE TRUNCATE ON consent_texts FOR EACH STATEMENT EXECUTE FUNCTION lintas_append_only();
