-- flow: one picture of each hour in which somebody was counted, everybody blurred; for a day
create table entrance_proof (
  device uuid not null references device,
  hour timestamptz not null,
  at timestamptz not null,
  -- whether somebody went in just then
  inward boolean not null,
  -- in that hour until then
  entered bigint not null,
  went bigint not null,
  jpeg bytea not null,
  primary key (device, hour)
);
