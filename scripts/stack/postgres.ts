export async function startPostgres(_options: { durable: boolean }): Promise<{ url: string; stop: () => Promise<void> }> {
  throw new Error('set TEST_DATABASE_URL');
}
