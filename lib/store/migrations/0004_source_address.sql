CREATE TABLE "source_address" (
	"ref" text PRIMARY KEY NOT NULL,
	"has_address" boolean NOT NULL,
	"told_at" timestamp (3) with time zone NOT NULL
);
