-- photo: what crews took of their work
create table photo (
  id uuid primary key,
  order_id uuid not null references orders,
  round int not null,
  site uuid not null references site,
  actor text not null,
  actor_name text not null,
  taken_at timestamptz not null,
  received_at timestamptz not null,
  latitude double precision,
  longitude double precision,
  meters double precision,
  findings text[] not null,
  same_as uuid references photo,
  hash bigint not null,
  path text not null
);
create index photo_order on photo (order_id);
