-- tally: incidents as they open, and arrivals beside the ten minutes
create function incident_tallied() returns trigger language plpgsql as $$
begin
  insert into tally_change (what, at, site, class, n) values ('incident', new.opened_at, new.site, new.kind, 1);
  return null;
end $$;
create trigger incident_tallied after insert on incident for each row execute function incident_tallied();

create function arrival_tallied() returns trigger language plpgsql as $$
begin
  insert into tally_change (what, at, site, class, n)
    values (case when new.filed_to_arrived <= 600 then 'arrived-in-time' else 'arrived-late' end,
      new.arrived_at, new.site, new.class, 1);
  return null;
end $$;
create trigger arrival_tallied after update of filed_to_arrived on orders
  for each row when (new.filed_to_arrived is not null and new.arrived_at is not null
    and new.arrived_at is distinct from old.arrived_at)
  execute function arrival_tallied();

insert into tally_change (what, at, site, class, n)
  select 'incident', date_bin('1 hour', opened_at, timestamptz '2000-01-01 00:00Z'), site, kind, count(*)
  from incident group by 2, 3, 4;
insert into tally_change (what, at, site, class, n)
  select case when filed_to_arrived <= 600 then 'arrived-in-time' else 'arrived-late' end,
    date_bin('1 hour', arrived_at, timestamptz '2000-01-01 00:00Z'), site, class, count(*)
  from orders where filed_to_arrived is not null and arrived_at is not null group by 1, 2, 3, 4;
create index tally_change_at on tally_change (at);
