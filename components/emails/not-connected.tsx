/** What will be here, and how to connect it. */
export function NotConnected() {
  return (
    <section
      aria-label="How to connect"
      className="grid gap-x-16 gap-y-4 border-y border-rule py-4 md:grid-cols-[minmax(0,32rem)_minmax(0,1fr)]"
    >
      <div className="space-y-3 text-soft">
        <p>
          Here will stand who is without their e-mail and why, and how many went out. Spillway learns it from the
          notification service’s own events: subscribe an SQS queue to its topic, with raw delivery, and name the queue
          in spillway.yaml.
        </p>
        <p>
          Spillway must be the queue’s only reader: it deletes what it has stored. E-mail addresses and names are
          dropped when a message is read.
        </p>
      </div>
      <pre className="overflow-x-auto font-mono text-12 text-ink">
        {`sources:\n  email-outcomes:\n    queueUrl: https://sqs.eu-west-2.amazonaws.com/123456789012/spillway-outcomes`}
      </pre>
    </section>
  )
}
