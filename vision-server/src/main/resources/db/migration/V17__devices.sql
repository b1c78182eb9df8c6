-- device: what tells of a place beside the cameras that watch bins
create table device (
  id uuid primary key,
  site uuid not null references site,
  kind text not null check (kind in ('dust-monitor', 'people-counter', 'entrance-camera')),
  link text not null check (link in ('http', 'mqtt', 'hj212', 'modbus', 'stream')),
  name text not null,
  settings text not null,
  -- what it proves itself with, or is reached by: sealed with the master key
  secret bytea,
  health text not null check (health in ('waiting', 'ok', 'silent', 'faulty')),
  health_reason text not null default '',
  last_report_at timestamptz,
  version int not null,
  created_at timestamptz not null,
  removed_at timestamptz
);
create unique index device_name on device (site, name) where removed_at is null;
-- an identity is one device's, wherever it stands
alter table device add column identity text;
create unique index device_identity on device (link, identity) where removed_at is null and identity is not null;

-- account: a token that a device reports with
alter table token add column device uuid references device;
create index token_device on token (device) where revoked_at is null;

-- incident: what a device told of, and what it measured
alter table incident add column device uuid references device;
alter table incident add column device_name text not null default '';
alter table incident add column value double precision;
alter table incident add column subject uuid generated always as (coalesce(zone, device)) stored;
drop index incident_open_once;
create unique index incident_open_once on incident (subject, kind) where state in ('open', 'review');
drop index incident_zone;
create index incident_subject on incident (subject, opened_at) where subject is not null;
create index incident_device on incident (device, id desc) where device is not null;

-- incident: one that needs several kinds of work has an order for each; the first stands with the incident itself
create table incident_work (
  incident uuid not null references incident,
  order_id uuid not null references orders,
  primary key (incident, order_id)
);
create index incident_work_order on incident_work (order_id);

-- tally: closures that rest on what a device measured
create function tally_of(event text, from_state text, to_state text, role text) returns text language sql immutable as $$
  select case
    when to_state = 'closed' and from_state <> to_state and role = 'device' then 'closed-by-device'
    else tally_of(event, from_state, to_state)
  end
$$;
create or replace function order_move_tallied() returns trigger language plpgsql as $$
begin
  insert into tally_change (what, at, site, class, n)
    select tally_of(new.event, new.from_state, new.to_state, new.role), new.at, o.site, o.class, 1
    from orders o where o.id = new.order_id;
  return null;
end $$;

-- crew: who sweeps and sprinkles comes with the machine for it
alter table crew_member drop constraint crew_member_vehicle_check;
alter table crew_member add constraint crew_member_vehicle_check
  check (vehicle in ('on-foot', 'bicycle', 'tricycle', 'truck', 'sweeper', 'sprinkler'));

