-- tally: how often what happened, by class of orders and site, in hours and days of UTC; all sites together stand under
-- the nil id. Curves and counts are read from here and not from what they count.
create table tally (
  what text not null,
  span text not null check (span in ('hour', 'day')),
  start timestamptz not null,
  site uuid not null,
  class text not null,
  n bigint not null,
  primary key (what, span, site, start, class)
);
-- What has not been added yet. Writers only append, so that two orders that move at once never wait for one sum.
create table tally_change (
  id bigint generated always as identity primary key,
  what text not null,
  at timestamptz not null,
  site uuid not null,
  class text not null,
  n bigint not null
);

-- What a move counts as; null if it is not counted.
create function tally_of(event text, from_state text, to_state text) returns text language sql immutable as $$
  select case
    when from_state is null then 'filed'
    when from_state = to_state then null
    when to_state = 'filed' and event in ('reopen', 'still-dirty', 'fail') then 'filed-again'
    when to_state in ('arrived', 'self-cleared', 'rejected', 'cancelled') then to_state
    when to_state <> 'closed' then null
    when event in ('seen-clean', 'self-clear') then 'closed-by-camera'
    when event = 'pass' then 'closed-by-human'
    else 'closed-by-report'
  end
$$;

create function order_move_tallied() returns trigger language plpgsql as $$
begin
  insert into tally_change (what, at, site, class, n)
    select tally_of(new.event, new.from_state, new.to_state), new.at, o.site, o.class, 1
    from orders o where o.id = new.order_id;
  return null;
end $$;
create trigger order_move_tallied after insert on order_move
  for each row when (tally_of(new.event, new.from_state, new.to_state) is not null)
  execute function order_move_tallied();

insert into tally_change (what, at, site, class, n)
  select tally_of(m.event, m.from_state, m.to_state), date_bin('1 hour', m.at, timestamptz '2000-01-01 00:00Z'),
    o.site, o.class, count(*)
  from order_move m join orders o on o.id = m.order_id
  where tally_of(m.event, m.from_state, m.to_state) is not null group by 1, 2, 3, 4;

-- Parts of an hour, at the ends of a span, are counted move by move.
drop index order_move_ended;
create index order_move_tallied on order_move (at, order_id) where tally_of(event, from_state, to_state) is not null;
