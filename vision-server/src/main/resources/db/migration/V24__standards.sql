-- standard: kinds of city space
create table space (
  code text primary key,
  name text not null,
  name_en text not null,
  version int not null,
  changed_at timestamptz not null,
  removed_at timestamptz
);
-- standard: of which kind of space a site was when, where the site's own kind does not say it
create table site_space (
  site uuid not null references site,
  space text not null references space,
  held_from timestamptz not null,
  held_until timestamptz
);
create unique index site_space_now on site_space (site) where held_until is null;
create index site_space_site on site_space (site);
create function space_of(site_id uuid, kind text, at timestamptz) returns text language sql stable as $$
  select coalesce((select space from site_space x where x.site = site_id and x.held_from <= at
    and (x.held_until is null or x.held_until > at)), kind)
$$;
create table standard (
  code text primary key,
  space text not null references space,
  name text not null,
  name_en text not null,
  version int not null,
  changed_at timestamptz not null,
  removed_at timestamptz
);
-- standard: what is asked for. A row is never changed: a clause that is written anew ends, and another row begins, so that
-- what happened is judged by what held when it did.
create table clause (
  id uuid primary key,
  standard text not null references standard,
  space text not null references space,
  code text not null,
  position int not null,
  what text not null,
  what_en text not null,
  bound text not null,
  bound_en text not null,
  method text not null check (method in ('incident', 'arrive', 'finish', 'rework', 'check')),
  kinds text[] not null,
  within_minutes int,
  every text check (every in ('day', 'week', 'month', 'quarter', 'year')),
  points double precision not null,
  most double precision,
  guidance text not null,
  guidance_en text not null,
  held_from timestamptz not null,
  held_until timestamptz
);
create unique index clause_code on clause (standard, code) where held_until is null;
create index clause_space on clause (space);

-- standard: what people saw at a place. Rows are added, never changed.
create table site_check (
  id uuid primary key,
  site uuid not null references site,
  at timestamptz not null,
  received_at timestamptz not null,
  checker text not null,
  checker_name text not null,
  note text not null,
  order_id uuid references orders
);
create index site_check_site on site_check (site, at);
create table site_check_item (
  site_check uuid not null references site_check,
  clause uuid not null references clause,
  outcome text not null check (outcome in ('met', 'broken', 'not-seen')),
  note text not null,
  primary key (site_check, clause)
);
create index site_check_item_clause on site_check_item (clause);

-- photo: of the work of an order, or of what was seen at a check
alter table photo alter column order_id drop not null;
alter table photo add column site_check uuid references site_check;
alter table photo add constraint photo_of_one check (num_nonnulls(order_id, site_check) = 1);
create index photo_check on photo (site_check) where site_check is not null;

-- standard: who keeps which places, in whole months
create table contract (
  id uuid primary key,
  name text not null,
  contractor text not null,
  first_month date not null,
  last_month date,
  version int not null,
  created_at timestamptz not null,
  removed_at timestamptz
);
create unique index contract_name on contract (name) where removed_at is null;
create table contract_site (
  contract uuid not null references contract,
  site uuid not null references site,
  primary key (contract, site)
);
create index contract_site_site on contract_site (site);

-- How long something took, without the pauses of its order, which are told as a list of from and until.
create function unpaused_seconds(since timestamptz, until timestamptz, pauses text) returns double precision
language sql stable as $$
  select extract(epoch from until - since) - coalesce((
    select sum(greatest(0, extract(epoch from least(coalesce((p->>'until')::timestamptz, until), until)
      - greatest((p->>'from')::timestamptz, since))))
    from jsonb_array_elements(pauses::jsonb) p), 0)
$$;

-- standard: months that were assessed. What an assessment rests on is written down with it and never changed.
create table assessment (
  month date primary key,
  issued_at timestamptz not null,
  issued_by text not null,
  issued_by_name text not null
);
create table assessment_place (
  month date not null references assessment,
  site uuid not null references site,
  name text not null,
  village text not null,
  space text not null,
  contract uuid,
  contract_name text not null,
  checks_due int not null,
  checks_made int not null,
  primary key (month, site)
);
-- Where a team worked; its points are seen against these places.
create table assessment_team (
  month date not null references assessment,
  team uuid not null,
  name text not null,
  sites uuid[] not null,
  primary key (month, team)
);
create table assessment_line (
  id uuid primary key,
  month date not null references assessment,
  site uuid not null references site,
  clause uuid not null references clause,
  team uuid,
  team_name text not null,
  evidence text not null check (evidence in ('incident', 'order', 'check')),
  evidence_id uuid not null,
  order_id uuid,
  kind text not null,
  at timestamptz not null,
  points double precision not null,
  unique (month, clause, evidence, evidence_id)
);
create index assessment_line_site on assessment_line (month, site);
create table appeal (
  id uuid primary key,
  line uuid not null unique references assessment_line,
  at timestamptz not null,
  by_id text not null,
  by_name text not null,
  reason text not null
);
create table appeal_decision (
  appeal uuid primary key references appeal,
  at timestamptz not null,
  by_id text not null,
  by_name text not null,
  upheld boolean not null,
  reason text not null
);

-- What people saw, what a month was issued with, and what was said of it stays as it was written.
create function only_added_to() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are added, never changed', tg_table_name;
end $$;
create trigger only_added_to before update or delete on site_check for each statement execute function only_added_to();
create trigger only_added_to before update or delete on site_check_item for each statement execute function only_added_to();
create trigger only_added_to before update or delete on assessment for each statement execute function only_added_to();
create trigger only_added_to before update or delete on assessment_place for each statement execute function only_added_to();
create trigger only_added_to before update or delete on assessment_team for each statement execute function only_added_to();
create trigger only_added_to before update or delete on assessment_line for each statement execute function only_added_to();
create trigger only_added_to before update or delete on appeal for each statement execute function only_added_to();
create trigger only_added_to before update or delete on appeal_decision for each statement execute function only_added_to();
