-- What people think of an incident: it moves orders while one is open, and it teaches the detector for ever.
alter table incident add column verdict text check (verdict in ('true', 'false', 'unsure'));
alter table incident add column verdict_note text not null default '';
alter table incident add column verdict_by text;
alter table incident add column verdict_at timestamptz;
