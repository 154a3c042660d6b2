CREATE TABLE "message_group" (
	"queue" text NOT NULL,
	"fingerprint" text NOT NULL,
	"note" text,
	"owner" text,
	"is_held" boolean DEFAULT false NOT NULL,
	"ticket_url" text,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"updated_by" text NOT NULL,
	CONSTRAINT "message_group_queue_fingerprint_pk" PRIMARY KEY("queue","fingerprint")
);
--> statement-breakpoint
CREATE TABLE "message_group_change" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"queue" text NOT NULL,
	"fingerprint" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"by" text NOT NULL,
	"field" text NOT NULL,
	"value" text
);
--> statement-breakpoint
CREATE INDEX "message_group_change_by_group" ON "message_group_change" USING btree ("queue","fingerprint","at");