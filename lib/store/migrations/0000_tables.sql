CREATE TABLE "alarm" (
	"name" text PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"reason" text NOT NULL,
	"state_since" timestamp (3) with time zone NOT NULL,
	"metric" text,
	"queue" text,
	"actions_enabled" boolean NOT NULL,
	"action_count" integer NOT NULL,
	"missing_data" text NOT NULL,
	"read_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_call" (
	"day" date NOT NULL,
	"service" text NOT NULL,
	"operation" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "api_call_day_service_operation_pk" PRIMARY KEY("day","service","operation")
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"result" text NOT NULL,
	"detail" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "detector_state" (
	"detector" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"state" jsonb NOT NULL,
	CONSTRAINT "detector_state_detector_subject_kind_subject_id_pk" PRIMARY KEY("detector","subject_kind","subject_id")
);
--> statement-breakpoint
CREATE TABLE "finding" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"detector" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"severity" text NOT NULL,
	"title" text NOT NULL,
	"evidence" jsonb NOT NULL,
	"since_at" timestamp (3) with time zone NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "gap" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"scope" text NOT NULL,
	"reason" text NOT NULL,
	"message" text NOT NULL,
	"from_at" timestamp (3) with time zone NOT NULL,
	"to_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "latest_sample" (
	"series" text PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"value" double precision NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lease" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"token" bigint NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mark" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"service" text,
	"title" text NOT NULL,
	"version" text
);
--> statement-breakpoint
CREATE TABLE "outcome" (
	"id" text PRIMARY KEY NOT NULL,
	"status" text NOT NULL,
	"reason" text NOT NULL,
	"reason_detail" text,
	"raw_status" text NOT NULL,
	"raw_detail" text,
	"order_at" timestamp (3) with time zone NOT NULL,
	"order_sequence" text,
	"order_sent_timestamp" timestamp (3) with time zone,
	"order_event_key" text NOT NULL,
	"facts_at" timestamp (3) with time zone,
	"facts_sequence" text,
	"facts_sent_timestamp" timestamp (3) with time zone,
	"facts_status" text,
	"facts_event_key" text,
	"notification_type" text,
	"is_onboarding" boolean,
	"is_email" boolean,
	"person_ref" text,
	"is_test" boolean,
	"is_local_office" boolean,
	"contact_domain" text,
	"local_office" text,
	"programme_number" text,
	"sent_at" timestamp (3) with time zone,
	"last_retry_at" timestamp (3) with time zone,
	"first_event_at" timestamp (3) with time zone NOT NULL,
	"first_failed_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL
);
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
);
--> statement-breakpoint
CREATE TABLE "outcome_rollup" (
	"hour" timestamp (3) with time zone NOT NULL,
	"status" text NOT NULL,
	"reason" text NOT NULL,
	"notification_type" text NOT NULL,
	"local_office" text NOT NULL,
	"contact_domain" text NOT NULL,
	"is_onboarding" boolean NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "outcome_rollup_hour_status_reason_notification_type_local_office_contact_domain_is_onboarding_pk" PRIMARY KEY("hour","status","reason","notification_type","local_office","contact_domain","is_onboarding")
);
--> statement-breakpoint
CREATE TABLE "profile" (
	"ref" text PRIMARY KEY NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "quarantine" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"message_id" text NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"reason" text NOT NULL,
	"body_encrypted" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "queue" (
	"arn" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"url" text NOT NULL,
	"is_fifo" boolean NOT NULL,
	"dlq_arn" text,
	"max_receive_count" integer,
	"retention_seconds" integer,
	"visibility_timeout_seconds" integer,
	"delay_seconds" integer,
	"kms_key_id" text,
	"created_at" timestamp (3) with time zone,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"gone_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "sample" (
	"series" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"value" double precision NOT NULL,
	"is_backfill" boolean DEFAULT false NOT NULL,
	CONSTRAINT "sample_series_at_pk" PRIMARY KEY("series","at")
);
--> statement-breakpoint
CREATE TABLE "session" (
	"id" text PRIMARY KEY NOT NULL,
	"sub" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "source_state" (
	"source" text PRIMARY KEY NOT NULL,
	"last_attempt_at" timestamp (3) with time zone,
	"last_ok_at" timestamp (3) with time zone,
	"failing_since" timestamp (3) with time zone,
	"reason" text,
	"message" text,
	"cursor" jsonb
);
--> statement-breakpoint
CREATE TABLE "token" (
	"id" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "token_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "finding_open" ON "finding" USING btree ("detector","subject_kind","subject_id") WHERE closed_at is null;--> statement-breakpoint
CREATE INDEX "finding_by_time" ON "finding" USING btree ("opened_at");--> statement-breakpoint
CREATE UNIQUE INDEX "gap_open" ON "gap" USING btree ("source","scope") WHERE to_at is null;--> statement-breakpoint
CREATE INDEX "gap_by_time" ON "gap" USING btree ("source","from_at");--> statement-breakpoint
CREATE UNIQUE INDEX "mark_once" ON "mark" USING btree ("at","kind","title");--> statement-breakpoint
CREATE INDEX "outcome_open" ON "outcome" USING btree ("status","order_at");--> statement-breakpoint
CREATE INDEX "outcome_person" ON "outcome" USING btree ("person_ref");--> statement-breakpoint
CREATE INDEX "outcome_time" ON "outcome" USING btree ("order_at");--> statement-breakpoint
CREATE INDEX "outcome_event_by_id" ON "outcome_event" USING btree ("notification_id");--> statement-breakpoint
CREATE INDEX "profile_created" ON "profile" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "quarantine_message" ON "quarantine" USING btree ("source","message_id");