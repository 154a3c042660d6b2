ALTER TABLE "redrive" ADD COLUMN "preflight" jsonb;--> statement-breakpoint
ALTER TABLE "redrive" ADD COLUMN "task" jsonb;--> statement-breakpoint
ALTER TABLE "redrive" ADD COLUMN "approved_by" text;--> statement-breakpoint
ALTER TABLE "redrive" ADD COLUMN "approved_actor" text;--> statement-breakpoint
ALTER TABLE "redrive" ADD COLUMN "approved_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "redrive_message_came_back" ON "redrive_message" USING btree ("source_queue","body_md5") WHERE came_back_at is not null;