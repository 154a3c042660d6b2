DROP INDEX "redrive_message_person";--> statement-breakpoint
CREATE INDEX "redrive_message_person" ON "redrive_message" USING btree ("person_ref") WHERE person_ref is not null;