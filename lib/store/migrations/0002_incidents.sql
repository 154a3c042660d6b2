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
CREATE UNIQUE INDEX "incident_open" ON "incident" USING btree ("cause_key") WHERE state <> 'resolved';--> statement-breakpoint
CREATE INDEX "incident_by_time" ON "incident" USING btree ("opened_at");--> statement-breakpoint
CREATE INDEX "incident_entry_by_time" ON "incident_entry" USING btree ("incident","at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "incident_entry_once" ON "incident_entry" USING btree ("incident","once_key");--> statement-breakpoint
CREATE INDEX "incident_finding_of" ON "incident_finding" USING btree ("incident");--> statement-breakpoint
CREATE INDEX "incident_person_ref" ON "incident_person" USING btree ("ref");--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("channel","next_attempt_at") WHERE state in ('pending', 'attempted');--> statement-breakpoint
CREATE INDEX "outbox_of" ON "outbox" USING btree ("incident","id");