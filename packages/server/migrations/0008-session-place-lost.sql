-- At which request a browser was not (or no longer) at the address of the office that its session rests on: the place is then a claim. Absent where
-- that did not happen. An officer is told of it with the findings.
ALTER TABLE sessions ADD COLUMN place_lost text CHECK (place_lost IN ('begin', 'check-in'));
ALTER TABLE sessions ADD CHECK (place_lost IS NULL OR place_by = 'claim');
