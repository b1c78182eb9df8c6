-- flow: what counters told, each counter and time once. Of a counter that tells totals, what they were; entered and went
-- are those since the report before. A doubt says why a report counts for nothing.
create table visit (
  device uuid not null references device,
  at timestamptz not null,
  received_at timestamptz not null,
  total_in bigint,
  total_out bigint,
  entered int not null,
  went int not null,
  doubt text,
  primary key (device, at)
);
create index visit_kept on visit using brin (received_at);

-- Sums by minute and hour, kept by the database itself; a report that comes late or is corrected corrects them.
create table visit_minute (
  device uuid not null,
  minute timestamptz not null,
  entered bigint not null,
  went bigint not null,
  primary key (device, minute)
);
create table visit_hour (
  hour timestamptz not null,
  device uuid not null,
  entered bigint not null,
  went bigint not null,
  primary key (hour, device)
);
create function visit_rolled_up() returns trigger language plpgsql as $$
declare
  more_in int := new.entered;
  more_out int := new.went;
begin
  if tg_op = 'UPDATE' then
    more_in := more_in - old.entered;
    more_out := more_out - old.went;
  end if;
  if more_in <> 0 or more_out <> 0 then
    insert into visit_minute as m (device, minute, entered, went)
      values (new.device, date_bin('1 minute', new.at, timestamptz '2000-01-01 00:00Z'), more_in, more_out)
      on conflict (device, minute) do update set entered = m.entered + more_in, went = m.went + more_out;
    insert into visit_hour as h (hour, device, entered, went)
      values (date_bin('1 hour', new.at, timestamptz '2000-01-01 00:00Z'), new.device, more_in, more_out)
      on conflict (hour, device) do update set entered = h.entered + more_in, went = h.went + more_out;
  end if;
  return null;
end $$;
create trigger visit_rolled_up after insert or update of entered, went on visit
  for each row execute function visit_rolled_up();

-- flow: when a facility is to be cleaned
create table flow_rule (
  site uuid primary key references site,
  rule text not null,
  version int not null,
  changed_at timestamptz not null
);
-- flow: whether it is to be cleaned now
create table flow_watch (
  site uuid not null references site,
  kind text not null check (kind in ('visitors', 'cleaning-overdue')),
  due boolean not null,
  told_at timestamptz,
  primary key (site, kind)
);

-- order: somebody who has an order stood at the door of the place
create table check_in (
  order_id uuid not null references orders,
  round int not null,
  at timestamptz not null,
  received_at timestamptz not null,
  member uuid not null,
  metres double precision,
  doubt text,
  primary key (order_id, round, at)
);
