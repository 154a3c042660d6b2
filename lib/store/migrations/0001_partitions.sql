-- drizzle-kit knows no partitions: the two growing tables, made just before and still empty, become partitioned by month (UTC) of "at".
-- There is no default partition on purpose: rows in it would block the month that they belong to. lib/store/partitions.ts makes months.
DROP TABLE "sample";
--> statement-breakpoint
CREATE TABLE "sample" (
	"series" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"value" double precision NOT NULL,
	"is_backfill" boolean DEFAULT false NOT NULL,
	CONSTRAINT "sample_series_at_pk" PRIMARY KEY("series","at")
) PARTITION BY RANGE ("at");
--> statement-breakpoint
DROP TABLE "outcome_event";
--> statement-breakpoint
CREATE TABLE "outcome_event" (
	"event_key" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"notification_id" text NOT NULL,
	"status" text NOT NULL,
	"reason" text NOT NULL,
	"raw_status" text NOT NULL,
	"raw_detail" text,
	"observed_at" timestamp (3) with time zone NOT NULL,
	"is_backfill" boolean DEFAULT false NOT NULL,
	CONSTRAINT "outcome_event_event_key_at_pk" PRIMARY KEY("event_key","at")
) PARTITION BY RANGE ("at");
--> statement-breakpoint
CREATE INDEX "outcome_event_by_id" ON "outcome_event" USING btree ("notification_id");
