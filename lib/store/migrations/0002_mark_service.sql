DROP INDEX "mark_once";--> statement-breakpoint
CREATE UNIQUE INDEX "mark_once" ON "mark" USING btree ("at","kind","title",coalesce("service", ''));