-- Every move carries a hash over itself and the move before it. Moves that were written before have none.
alter table order_move add column hash bytea;
