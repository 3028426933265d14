-- What a session is bound to when it begins: the device's public key, with which steps and receipt are verified, and the route asked for.
ALTER TABLE sessions ADD COLUMN public_key text;
ALTER TABLE sessions ADD COLUMN route text;
