-- Lists and counts that stay quick with a hundred thousand orders.
create index orders_site_newest on orders (site, id desc);
create index orders_by_cameras on orders (created_at) where source = 'camera';
create index orders_number_begin on orders (number text_pattern_ops);
create index orders_number_end on orders (reverse(number) text_pattern_ops);
create index incident_site on incident (site, id desc);
create index incident_camera on incident (camera) where order_id is not null;
create index closure_check_closed on closure_check (closed_at);
