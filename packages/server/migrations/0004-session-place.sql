-- What a session's place rests on: a kiosk's key, the office's egress address, the code on its screen, or somebody's word. Sessions from before
-- have their agency's word.
ALTER TABLE sessions ADD COLUMN place_by text CHECK (place_by IN ('kiosk', 'egress', 'code', 'claim'));
UPDATE sessions SET place_by = 'claim' WHERE place IS NOT NULL;
