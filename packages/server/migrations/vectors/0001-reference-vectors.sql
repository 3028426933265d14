-- Applied only where LINTAS_VECTORS=on. TEMPLATES IN CLEAR: whoever reads this table, a backup of it or a replica has the faces' templates. They are
-- encrypted nowhere, and no rotation, permutation or projection of the numbers would change that.
CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE reference_vectors (
  tenant_id text NOT NULL,
  reference_id text NOT NULL,
  subject_id text NOT NULL,
  -- The calibration profile for which the embeddings were packed: vectors of two profiles have nothing to say to each other.
  space text NOT NULL,
  -- The spaces of the profile together, each times the root of its weight, filled up with zeros: inner products are scores.
  embedding halfvec(640) NOT NULL,
  PRIMARY KEY (tenant_id, reference_id),
  -- Whatever deletes a reference (erasure, withdrawal, sweeping, a restore's erasures) deletes its vector, in the same transaction.
  FOREIGN KEY (tenant_id, reference_id) REFERENCES "references" ON DELETE CASCADE
);
CREATE INDEX reference_vectors_nearest ON reference_vectors USING hnsw (embedding halfvec_ip_ops);

-- Whatever takes a reference's place takes its vector, too.
CREATE FUNCTION lintas_vector_goes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM reference_vectors WHERE tenant_id = NEW.tenant_id AND reference_id = NEW.reference_id;
  RETURN NULL;
END $$;
CREATE TRIGGER references_vector_goes AFTER UPDATE OF state ON "references"
  FOR EACH ROW WHEN (NEW.state <> 'active') EXECUTE FUNCTION lintas_vector_goes();
