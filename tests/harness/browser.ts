import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { chromiumFor } from './chromium.ts';

/** A page in a browser profile of its own, and what went wrong in it. */
export interface Visit {
  readonly page: Page;
  /** Errors on the console or thrown, and requests to anybody but the site, so far. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/** Nothing but what a test asks for may go over the network, and root has no sandbox of Chromium's own. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the machine's Chromium; the suite is skipped without one. To be called in a `before`, with its `this`. */
export function launchBrowser(suite: Mocha.Context): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumFor(suite), args: flags });
}

/** Opens `url` as a visitor who has not been there before. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions): Promise<Visit> {
  const context = await browser.newContext(options);
  const problems: string[] = [];
  context.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) problems.push(`asked ${request.url()}`);
  });
  context.on('weberror', (thrown) => problems.push(`threw ${thrown.error().message}`));
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(`said ${message.text()}`);
  });
  const page = await context.newPage();
  await page.goto(url);
  return { page, problems, close: () => context.close() };
}
