CREATE TABLE "archive" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"queue" text NOT NULL,
	"queue_url" text NOT NULL,
	"group_fingerprint" text,
	"purpose" text NOT NULL,
	"state" text NOT NULL,
	"trouble" text,
	"started_by" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"restore_queue" text,
	"restore_url" text,
	"restored_by" text,
	"restore_started_at" timestamp (3) with time zone,
	"erased_by" text,
	"erased_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "archived_message" (
	"archive" bigint NOT NULL,
	"message_id" text NOT NULL,
	"queue" text NOT NULL,
	"state" text NOT NULL,
	"body_md5" text NOT NULL,
	"attributes_md5" text,
	"sent_to_queue_at" timestamp (3) with time zone,
	"segment" text,
	"position" bigint,
	"bytes" integer,
	"read_at" timestamp (3) with time zone NOT NULL,
	"archived_at" timestamp (3) with time zone,
	"deleted_at" timestamp (3) with time zone,
	"restored_at" timestamp (3) with time zone,
	"new_message_id" text,
	"send_attempts" integer DEFAULT 0 NOT NULL,
	"is_possible_duplicate" boolean DEFAULT false NOT NULL,
	"problem" text,
	CONSTRAINT "archived_message_archive_message_id_pk" PRIMARY KEY("archive","message_id")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "archive_active" ON "archive" USING btree ("queue") WHERE state = 'archiving';--> statement-breakpoint
CREATE INDEX "archive_by_queue" ON "archive" USING btree ("queue","started_at");--> statement-breakpoint
CREATE INDEX "archived_message_queue" ON "archived_message" USING btree ("queue","message_id");--> statement-breakpoint
CREATE INDEX "archived_message_state" ON "archived_message" USING btree ("archive","state");