import { freePort } from '../../../scripts/stack/ports.ts';
import { findProgram } from '../../../scripts/stack/programs.ts';
import { supervise } from '../../../scripts/stack/supervised.ts';
import { until } from '../../../scripts/stack/until.ts';
import { skipFor } from '../../harness/requirement.ts';

/** Something of its own port that Prometheus scrapes. */
export interface Exporter {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts the machine's node_exporter; without one the suite is skipped. To be called in a `before`, with its `this`. */
export async function startNodeExporter(suite: Mocha.Context): Promise<Exporter> {
  const command =
    findProgram('prometheus-node-exporter') ?? skipFor('no prometheus-node-exporter on PATH', suite);
  const port = await freePort();
  const args = [`--web.listen-address=127.0.0.1:${port}`];
  const server = await supervise({ command, args, stopSignals: ['SIGTERM'] });
  const exporter = { port, stop: () => server.stop() };
  try {
    await until('node_exporter', 10_000, async () => (await scrape(port)) !== '');
  } catch (error) {
    await server.stop();
    throw new Error(`node_exporter did not start: ${server.output()}`, { cause: error });
  }
  return exporter;
}

/** What `/metrics` of a port says; nothing when nobody answers. */
export async function scrape(port: number): Promise<string> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    return response.ok ? await response.text() : '';
  } catch {
    return '';
  }
}
