-- crew
create table team (
  id uuid primary key,
  name text not null,
  lead uuid,
  version int not null,
  created_at timestamptz not null,
  removed_at timestamptz
);
create unique index team_name on team (name) where removed_at is null;
create table crew_member (
  id uuid primary key,
  name text not null,
  phone text not null,
  team uuid references team,
  skills text not null,
  sites uuid[] not null,
  vehicle text not null check (vehicle in ('on-foot', 'bicycle', 'tricycle', 'truck')),
  capacity int not null,
  available boolean not null,
  latitude double precision,
  longitude double precision,
  position_at timestamptz,
  version int not null,
  created_at timestamptz not null,
  removed_at timestamptz
);
create unique index crew_member_name on crew_member (name) where removed_at is null;
create table shift (
  id uuid primary key,
  team uuid not null references team,
  name text not null,
  days int[] not null,
  starts time not null,
  ends time not null,
  time_zone text not null,
  first_day date,
  last_day date,
  version int not null,
  created_at timestamptz not null,
  removed_at timestamptz
);
create index shift_team on shift (team) where removed_at is null;

-- account: whose phone a link or a session is
alter table sign_in_link add column member uuid references crew_member;
alter table sign_in_link add column name text not null default 'administrator';
alter table session add column member uuid references crew_member;

-- order: why someone was sent, and why not the others
create table assignment (
  order_id uuid not null references orders,
  number int not null,
  at timestamptz not null,
  round int not null,
  chosen uuid,
  summary text not null,
  candidates text not null,
  primary key (order_id, number)
);
create index orders_receiver on orders (receiver_id, id desc) where receiver_kind = 'crew';
