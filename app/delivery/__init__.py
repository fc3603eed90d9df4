"""From queued to arrived, once: user queues, replies to deliveries, and the outbox."""
