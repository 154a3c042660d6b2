ALTER TABLE "quarantine" ADD COLUMN "sequence" text;--> statement-breakpoint
ALTER TABLE "quarantine" ADD COLUMN "sent_timestamp" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "quarantine" ADD COLUMN "tries" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "quarantine" ADD COLUMN "tried_at" timestamp (3) with time zone;