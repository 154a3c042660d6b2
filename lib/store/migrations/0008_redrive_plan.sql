ALTER TABLE "redrive" ADD COLUMN "destination_kind" text DEFAULT 'source' NOT NULL;--> statement-breakpoint
ALTER TABLE "redrive" ADD COLUMN "way" text DEFAULT 'ledger' NOT NULL;--> statement-breakpoint
ALTER TABLE "redrive" ADD COLUMN "selection" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "redrive" ADD COLUMN "transform" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "redrive" ADD COLUMN "canary_messages" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "redrive" ADD COLUMN "accepts_interleaving" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "redrive" ADD COLUMN "purpose" text;--> statement-breakpoint
ALTER TABLE "redrive" ADD COLUMN "read_messages" integer;--> statement-breakpoint
ALTER TABLE "redrive" ADD COLUMN "matched_messages" integer;--> statement-breakpoint
ALTER TABLE "redrive" ADD COLUMN "planned_actor" text;--> statement-breakpoint
UPDATE "redrive" SET "transform" = coalesce((SELECT jsonb_agg(jsonb_build_object('kind', 'remove-attribute', 'name', name) ORDER BY place) FROM jsonb_array_elements("remove_attributes") WITH ORDINALITY AS removed(name, place)), '[]'::jsonb);
