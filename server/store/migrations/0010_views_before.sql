-- What the office's former site had counted, by its own rules, robots and reloads included: a start that is shown with our own count
-- and never mixed with it.
ALTER TABLE page ADD COLUMN views_before INTEGER NOT NULL DEFAULT 0;
ALTER TABLE page ADD COLUMN before_from TEXT NOT NULL DEFAULT '';
