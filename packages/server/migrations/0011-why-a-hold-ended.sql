-- Why the last hold or appeal over this evidence ended, in the words of whoever ended it. Words about a person go with what they are about: the audit, from which
-- nothing is taken, has none.
ALTER TABLE evidence ADD COLUMN ended_for text;
