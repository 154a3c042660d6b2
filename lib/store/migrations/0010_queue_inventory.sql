ALTER TABLE "queue" ADD COLUMN "redrive_allow" jsonb;--> statement-breakpoint
ALTER TABLE "queue" ADD COLUMN "maximum_message_bytes" integer;--> statement-breakpoint
ALTER TABLE "queue" ADD COLUMN "is_sqs_encrypted" boolean;--> statement-breakpoint
ALTER TABLE "queue" ADD COLUMN "tags" jsonb;--> statement-breakpoint
ALTER TABLE "queue" ADD COLUMN "tags_asked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "queue" ADD COLUMN "beat_seconds" integer;--> statement-breakpoint
ALTER TABLE "queue" ADD COLUMN "asked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "queue" ADD COLUMN "quiet_since" timestamp (3) with time zone;