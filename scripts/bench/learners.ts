import pg from 'pg';

/** Adds `count` learners from id `from` on, in 20 zones, due at `nextDeliveryAt`. */
export async function addLearners(
  client: pg.Client,
  learners: { from: number; count: number; nextDeliveryAt: Date },
): Promise<void> {
  await client.query(
    `INSERT INTO users (user_id, bot_id, timezone, delivery_time, next_delivery_at)
     SELECT $1::bigint + n, 1, (ARRAY['UTC', 'Europe/Madrid', 'Europe/London', 'Europe/Berlin', 'Europe/Istanbul',
       'Africa/Cairo', 'Africa/Lagos', 'Asia/Dubai', 'Asia/Karachi', 'Asia/Kolkata', 'Asia/Dhaka', 'Asia/Bangkok',
       'Asia/Singapore', 'Asia/Tokyo', 'Australia/Sydney', 'America/New_York', 'America/Chicago', 'America/Denver',
       'America/Los_Angeles', 'America/Sao_Paulo'])[1 + n % 20], '10:00', $3
     FROM generate_series(0, $2::int - 1) n`,
    [learners.from, learners.count, learners.nextDeliveryAt],
  );
}

/** Adds `perCell` questions to each of the 36 cells of level and topic. */
export async function addQuestions(client: pg.Client, perCell: number): Promise<void> {
  await client.query(
    `INSERT INTO questions (id, question_text, options, correct_index, explanation, level, topic, difficulty_index,
       content_hash)
     SELECT topic || '-' || level || '-' || n, 'A question of ordinary length about ' || topic || ', number ' || n || '?',
       '["One option", "Another one", "A third", "The last"]', n % 4, 'It is so because of this. The next is not.',
       level, topic, 2 + n % 8, md5(topic || level || n)
     FROM generate_series(1, $1::int) n, generate_series(1, 4) level,
       unnest((SELECT topics FROM users LIMIT 1)) topic`,
    [perCell],
  );
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
