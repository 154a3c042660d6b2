DROP INDEX "redrive_message_new";--> statement-breakpoint
ALTER TABLE "redrive_message" ADD COLUMN "group_id" text;--> statement-breakpoint
CREATE INDEX "redrive_message_group" ON "redrive_message" USING btree ("redrive","group_id") WHERE group_id is not null;--> statement-breakpoint
CREATE INDEX "redrive_message_new" ON "redrive_message" USING btree ("new_message_id") WHERE new_message_id is not null;--> statement-breakpoint
-- Room on each page for the three states that a row goes through.
ALTER TABLE "redrive_message" SET (fillfactor = 50);--> statement-breakpoint
-- A message id is on few rows, which the planner must know before there are any: the embedded store never counts by itself, and would read
-- a whole redrive for each batch of its messages.
ALTER TABLE "redrive_message" ALTER COLUMN "message_id" SET (n_distinct = -0.9), ALTER COLUMN "new_message_id" SET (n_distinct = -0.9);--> statement-breakpoint
INSERT INTO "redrive_message" (redrive, message_id, source_queue, state, is_canary, body_md5, receive_count, new_message_id, read_at)
SELECT -1, gen_random_uuid()::text, '', 'read', false, '', 0, gen_random_uuid()::text, now() FROM generate_series(1, 500);--> statement-breakpoint
ANALYZE "redrive_message" (message_id, new_message_id);--> statement-breakpoint
DELETE FROM "redrive_message" WHERE redrive = -1;
