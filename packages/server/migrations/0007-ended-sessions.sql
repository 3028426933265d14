-- A session that was ended with a withdrawal or an erasure. Its time being over was not enough: whether a submission came in time is judged by when it
-- arrived, and that may be before.
ALTER TABLE sessions DROP CONSTRAINT sessions_state_check;
ALTER TABLE sessions ADD CONSTRAINT sessions_state_check CHECK (state IN ('issued', 'begun', 'stepped', 'decided', 'ended'));
