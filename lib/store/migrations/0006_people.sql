DROP INDEX "resync_active";--> statement-breakpoint
ALTER TABLE "resync" ALTER COLUMN "incident" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "resync" ADD COLUMN "title" text;--> statement-breakpoint
ALTER TABLE "resync" ADD COLUMN "via" text DEFAULT 'sqs' NOT NULL;--> statement-breakpoint
ALTER TABLE "resync" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "outcome" ADD COLUMN "last_good_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "outcome" ADD COLUMN "failures_since_good" text;--> statement-breakpoint
ALTER TABLE "outcome" ADD COLUMN "failed_since_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "outcome_recovered" ON "outcome" USING btree ("order_at") WHERE first_failed_at is not null and status in ('accepted', 'delivered');--> statement-breakpoint
CREATE UNIQUE INDEX "resync_active" ON "resync" USING btree (coalesce("incident", 0)) WHERE state in ('running', 'paused');--> statement-breakpoint
-- What is known of notifications already: the beginning of their present failure, from their events.
WITH good AS (
  SELECT notification_id AS id, max(at) FILTER (WHERE status IN ('accepted', 'delivered')) AS at FROM outcome_event GROUP BY 1
), failure AS (
  SELECT DISTINCT e.notification_id AS id, e.at FROM outcome_event e JOIN good ON good.id = e.notification_id
  WHERE e.status = 'failed' AND (good.at IS NULL OR e.at >= good.at)
), numbered AS (
  SELECT id, at, row_number() OVER (PARTITION BY id ORDER BY at DESC) AS place FROM failure
), run AS (
  SELECT id, min(at) AS began, string_agg((extract(epoch FROM at) * 1000)::bigint::text, ' ' ORDER BY at) AS moments
  FROM numbered WHERE place <= 16 GROUP BY id
)
UPDATE outcome SET last_good_at = good.at, failures_since_good = run.moments,
  failed_since_at = CASE WHEN status = 'failed' THEN CASE WHEN good.at IS NULL THEN first_failed_at ELSE coalesce(run.began, first_failed_at) END END
FROM good LEFT JOIN run ON run.id = good.id WHERE good.id = outcome.id;--> statement-breakpoint
UPDATE outcome SET failed_since_at = first_failed_at WHERE status = 'failed' AND failed_since_at IS NULL;
