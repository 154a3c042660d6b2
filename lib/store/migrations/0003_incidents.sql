CREATE TABLE "incident" (
	"number" serial PRIMARY KEY NOT NULL,
	"cause_key" text NOT NULL,
	"service" text,
	"title" text NOT NULL,
	"state" text NOT NULL,
	"severity" text NOT NULL,
	"is_blind" boolean NOT NULL,
	"since_at" timestamp (3) with time zone NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"acknowledged_at" timestamp (3) with time zone,
	"acknowledged_by" text,
	"resolved_at" timestamp (3) with time zone,
	"resolved_by" text,
	"healing_at" timestamp (3) with time zone,
	"waiting_for" text,
	"people_affected" integer NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"version" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "incident_entry" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"incident" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"actor" text NOT NULL,
	"text" text NOT NULL,
	"data" jsonb NOT NULL,
	"once_key" text
);
--> statement-breakpoint
CREATE TABLE "incident_finding" (
	"finding" bigint PRIMARY KEY NOT NULL,
	"incident" integer NOT NULL,
	"joined_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "incident_person" (
	"incident" integer NOT NULL,
	"ref" text NOT NULL,
	"since_at" timestamp (3) with time zone NOT NULL,
	"healed_at" timestamp (3) with time zone,
	"note" text,
	CONSTRAINT "incident_person_incident_ref_pk" PRIMARY KEY("incident","ref")
);
--> statement-breakpoint
CREATE TABLE "incident_snapshot" (
	"incident" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"figures" jsonb NOT NULL,
	CONSTRAINT "incident_snapshot_incident_at_pk" PRIMARY KEY("incident","at")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"incident" integer NOT NULL,
	"channel" text NOT NULL,
	"kind" text NOT NULL,
	"dedupe_key" text NOT NULL,
	"payload" jsonb NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"next_attempt_at" timestamp (3) with time zone NOT NULL,
	"attempted_at" timestamp (3) with time zone,
	"sent_at" timestamp (3) with time zone,
	"external_id" text,
	"error" text,
	CONSTRAINT "outbox_dedupe_key_unique" UNIQUE("dedupe_key")
);
--> statement-breakpoint
CREATE TABLE "look" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"queue" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"by" text NOT NULL,
	"is_healthy" boolean NOT NULL,
	"read" integer NOT NULL,
	"about" integer,
	"in_flight" integer,
	"first_sent_at" timestamp (3) with time zone,
	"last_sent_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "message_shape" (
	"look" bigint NOT NULL,
	"fingerprint" text NOT NULL,
	"shape" jsonb NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "message_shape_look_fingerprint_pk" PRIMARY KEY("look","fingerprint")
);
--> statement-breakpoint
CREATE TABLE "own_traffic" (
	"queue" text NOT NULL,
	"minute" timestamp (3) with time zone NOT NULL,
	"sent" integer DEFAULT 0 NOT NULL,
	"received" integer DEFAULT 0 NOT NULL,
	"deleted" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "own_traffic_queue_minute_pk" PRIMARY KEY("queue","minute")
);
--> statement-breakpoint
CREATE TABLE "redrive" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"mode" text NOT NULL,
	"source_queue" text NOT NULL,
	"source_url" text NOT NULL,
	"destination_queue" text NOT NULL,
	"destination_url" text NOT NULL,
	"incident" integer,
	"remove_attributes" jsonb NOT NULL,
	"most_messages" integer,
	"per_second" double precision NOT NULL,
	"hold_seconds" integer NOT NULL,
	"sample" jsonb,
	"about_messages" integer,
	"state" text NOT NULL,
	"reason" text,
	"trouble" text,
	"planned_by" text NOT NULL,
	"planned_at" timestamp (3) with time zone NOT NULL,
	"started_by" text,
	"started_at" timestamp (3) with time zone,
	"moved_at" timestamp (3) with time zone,
	"settled_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"ended_by" text,
	"backlog" integer,
	"quiet_since_at" timestamp (3) with time zone,
	"canary_fate" text,
	"canary_evidence" text,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "redrive_message" (
	"redrive" bigint NOT NULL,
	"message_id" text NOT NULL,
	"source_queue" text NOT NULL,
	"state" text NOT NULL,
	"is_canary" boolean NOT NULL,
	"body_md5" text NOT NULL,
	"attributes_md5" text,
	"person_ref" text,
	"sent_to_queue_at" timestamp (3) with time zone,
	"receive_count" integer NOT NULL,
	"new_message_id" text,
	"read_at" timestamp (3) with time zone NOT NULL,
	"sending_at" timestamp (3) with time zone,
	"sent_at" timestamp (3) with time zone,
	"deleted_at" timestamp (3) with time zone,
	"send_attempts" integer DEFAULT 0 NOT NULL,
	"delete_attempts" integer DEFAULT 0 NOT NULL,
	"is_possible_duplicate" boolean DEFAULT false NOT NULL,
	"came_back_at" timestamp (3) with time zone,
	"own_receives" integer DEFAULT 0 NOT NULL,
	"problem" text,
	CONSTRAINT "redrive_message_redrive_message_id_pk" PRIMARY KEY("redrive","message_id")
);
--> statement-breakpoint
CREATE TABLE "resync" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"incident" integer NOT NULL,
	"queue" text NOT NULL,
	"queue_url" text NOT NULL,
	"is_fifo" boolean NOT NULL,
	"body_template" text NOT NULL,
	"group_template" text,
	"per_second" double precision NOT NULL,
	"state" text NOT NULL,
	"trouble" text,
	"started_by" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "resync_item" (
	"resync" bigint NOT NULL,
	"ref" text NOT NULL,
	"state" text NOT NULL,
	"message_id" text,
	"sending_at" timestamp (3) with time zone,
	"sent_at" timestamp (3) with time zone,
	"is_possible_duplicate" boolean DEFAULT false NOT NULL,
	"problem" text,
	CONSTRAINT "resync_item_resync_ref_pk" PRIMARY KEY("resync","ref")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "incident_open" ON "incident" USING btree ("cause_key") WHERE state <> 'resolved';--> statement-breakpoint
CREATE INDEX "incident_by_time" ON "incident" USING btree ("opened_at");--> statement-breakpoint
CREATE INDEX "incident_entry_by_time" ON "incident_entry" USING btree ("incident","at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "incident_entry_once" ON "incident_entry" USING btree ("incident","once_key");--> statement-breakpoint
CREATE INDEX "incident_finding_of" ON "incident_finding" USING btree ("incident");--> statement-breakpoint
CREATE INDEX "incident_person_ref" ON "incident_person" USING btree ("ref");--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("channel","next_attempt_at") WHERE state in ('pending', 'attempted');--> statement-breakpoint
CREATE INDEX "outbox_of" ON "outbox" USING btree ("incident","id");--> statement-breakpoint
CREATE INDEX "look_by_queue" ON "look" USING btree ("queue","at");--> statement-breakpoint
CREATE UNIQUE INDEX "redrive_active" ON "redrive" USING btree ("source_queue") WHERE state in ('canary', 'waiting', 'running', 'paused');--> statement-breakpoint
CREATE INDEX "redrive_by_state" ON "redrive" USING btree ("state");--> statement-breakpoint
CREATE INDEX "redrive_by_queue" ON "redrive" USING btree ("source_queue","planned_at");--> statement-breakpoint
CREATE INDEX "redrive_message_new" ON "redrive_message" USING btree ("redrive","new_message_id");--> statement-breakpoint
CREATE INDEX "redrive_message_queue" ON "redrive_message" USING btree ("source_queue","message_id");--> statement-breakpoint
CREATE INDEX "redrive_message_person" ON "redrive_message" USING btree ("person_ref");--> statement-breakpoint
CREATE UNIQUE INDEX "resync_active" ON "resync" USING btree ("incident") WHERE state = 'running';--> statement-breakpoint
CREATE INDEX "resync_item_ref" ON "resync_item" USING btree ("ref");