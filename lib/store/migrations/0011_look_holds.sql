CREATE TABLE "look_hold" (
	"queue" text PRIMARY KEY NOT NULL,
	"by" text NOT NULL,
	"token" text NOT NULL,
	"from_at" timestamp (3) with time zone NOT NULL,
	"until_at" timestamp (3) with time zone NOT NULL,
	"released_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "message_shape" ADD COLUMN "first_sent_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "message_shape" ADD COLUMN "last_sent_at" timestamp (3) with time zone;