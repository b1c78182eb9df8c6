-- Who reported the work as done does not judge it.
alter table orders add column done_by text;

-- The pictures that a closure rested on, whatever becomes of the order in later rounds.
alter table closure_check add column before_snapshot uuid;
update closure_check c set before_snapshot = o.before_snapshot from orders o where o.id = c.order_id and o.round = c.round;

-- What was closed within a span is counted by its moves, from the index alone.
create index order_move_ended on order_move (at, to_state, event)
  where to_state in ('closed', 'self-cleared') and from_state <> to_state;
