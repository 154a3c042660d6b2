ALTER TABLE "redrive" ADD COLUMN "ramp_from" double precision;--> statement-breakpoint
ALTER TABLE "redrive" ADD COLUMN "pace" jsonb;--> statement-breakpoint
ALTER TABLE "redrive" ADD COLUMN "guard" jsonb;--> statement-breakpoint
ALTER TABLE "redrive" ADD COLUMN "story" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "redrive_message" ADD COLUMN "fingerprint" text;--> statement-breakpoint
ALTER TABLE "redrive_message" ADD COLUMN "back_fingerprint" text;