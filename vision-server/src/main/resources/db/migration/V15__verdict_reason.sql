-- Why an incident was called false, or why nobody could tell.
alter table incident add column verdict_reason text check (verdict_reason in
    ('not-refuse', 'not-full', 'person-or-vehicle', 'light-or-weather', 'other-place', 'cannot-see', 'other'));
