-- dust: what monitors told, each device, kind and time once; only numbers that can be relied on, with why the others
-- are missing beside them
create table dust_reading (
  device uuid not null references device,
  kind text not null check (kind in ('real-time', 'minute', 'hour', 'day')),
  at timestamptz not null,
  received_at timestamptz not null,
  pm25 real,
  pm10 real,
  tsp real,
  temperature real,
  humidity real,
  pressure real,
  wind_speed real,
  wind_direction real,
  noise real,
  doubts text,
  primary key (device, kind, at)
);
create index dust_reading_kept on dust_reading using brin (received_at);

-- Means by the minute and the hour, kept by the database itself with each row that comes, however late. Pollutants in
-- micrograms per cubic metre; a minute's mean is total / n.
create table dust_minute (
  device uuid not null,
  factor text not null,
  minute timestamptz not null,
  n int not null,
  total double precision not null,
  least real not null,
  most real not null,
  primary key (device, factor, minute)
);
create index dust_minute_kept on dust_minute using brin (minute);
create table dust_hour (
  hour timestamptz not null,
  factor text not null,
  device uuid not null,
  n int not null,
  total double precision not null,
  least real not null,
  most real not null,
  primary key (hour, factor, device)
);

create function dust_rolled_up() returns trigger language plpgsql as $$
begin
  insert into dust_minute as m (device, factor, minute, n, total, least, most)
    select r.device, f.factor, date_bin('1 minute', r.at, timestamptz '2000-01-01 00:00Z'),
      count(*), sum(f.value), min(f.value), max(f.value)
    from added r cross join lateral (values ('pm25', r.pm25), ('pm10', r.pm10), ('tsp', r.tsp)) f (factor, value)
    where r.kind in ('real-time', 'minute') and f.value is not null
    -- always in the same order, or two batches could wait for each other
    group by 1, 2, 3 order by 1, 2, 3
    on conflict (device, factor, minute) do update set n = m.n + excluded.n, total = m.total + excluded.total,
      least = least(m.least, excluded.least), most = greatest(m.most, excluded.most);
  insert into dust_hour as h (hour, factor, device, n, total, least, most)
    select date_bin('1 hour', r.at, timestamptz '2000-01-01 00:00Z'), f.factor, r.device,
      count(*), sum(f.value), min(f.value), max(f.value)
    from added r cross join lateral (values ('pm25', r.pm25), ('pm10', r.pm10), ('tsp', r.tsp)) f (factor, value)
    where r.kind in ('real-time', 'minute') and f.value is not null
    group by 1, 2, 3 order by 3, 2, 1
    on conflict (hour, factor, device) do update set n = h.n + excluded.n, total = h.total + excluded.total,
      least = least(h.least, excluded.least), most = greatest(h.most, excluded.most);
  return null;
end $$;
create trigger dust_rolled_up after insert on dust_reading referencing new table as added
  for each statement execute function dust_rolled_up();

-- dust: packets that were not taken, for people to look at
create table dust_refused (
  id bigint generated always as identity primary key,
  received_at timestamptz not null,
  reason text not null,
  mn text not null,
  text text not null,
  sender text not null
);
create index dust_refused_mn on dust_refused (mn, received_at);

-- dust: from when on it is too much
create table dust_rule (
  id uuid primary key,
  site uuid references site,
  name text not null,
  factor text not null check (factor in ('pm25', 'pm10', 'tsp')),
  minutes int not null check (minutes in (5, 15, 60)),
  above_background boolean not null,
  raise_at double precision not null,
  clear_at double precision not null check (clear_at <= raise_at),
  allowed int not null,
  classes text[] not null,
  basis text not null,
  enabled boolean not null,
  version int not null,
  created_at timestamptz not null,
  removed_at timestamptz
);
create unique index dust_rule_name on dust_rule (name) where removed_at is null;

-- dust: how each rule stands at each monitor
create table dust_watch (
  rule uuid not null references dust_rule,
  device uuid not null references device,
  state text not null check (state in ('low', 'high', 'unknown')),
  alarm boolean not null,
  reason text not null,
  value double precision,
  at timestamptz not null,
  since timestamptz not null,
  day date not null,
  exceeded int not null,
  counted_at timestamptz,
  primary key (rule, device)
);

-- dust: whether it rains, as somebody said
create table dust_rain (
  one boolean primary key default true check (one),
  until timestamptz not null,
  said_by text not null,
  said_at timestamptz not null
);
