-- A session that was made without a network: the pack that it was made from, when that was issued, and the key of its sealed parts, itself sealed
-- to the server. Of any other session all three are absent.
ALTER TABLE sessions ADD COLUMN pack_day text;
ALTER TABLE sessions ADD COLUMN pack_issued_at timestamptz(3);
ALTER TABLE sessions ADD COLUMN content_key text;
ALTER TABLE sessions ADD CHECK ((pack_day IS NULL) = (pack_issued_at IS NULL) AND (pack_day IS NULL) = (content_key IS NULL));
