import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect } from 'chai';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { Harness } from './fixture.ts';

const CHROMIUM = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'chromium'))
  .find(existsSync);
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
];
const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 } };
const KEYBOARD = {
  inline_keyboard: [['A', 'B', 'C', 'D'].map((text, n) => ({ text, callback_data: `a:1:${n}` }))],
};

describe('The chat page', function () {
  this.timeout(30_000);
  let browser: Browser;
  let sandbox: Harness;
  let nextDay: Server;
  let page: Page;
  let problems: string[];
  let folder: string;

  before(async function () {
    if (CHROMIUM === undefined) {
      if (process.env.CI === 'true') throw new Error('There is no chromium on PATH');
      process.stdout.write('    No chromium on PATH: the tests of the chat page are skipped\n');
      this.skip();
    }
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });
  after(() => browser?.close());

  beforeEach(async () => {
    problems = [];
    folder = mkdtempSync(join(tmpdir(), 'rung-page-'));
    nextDay = createServer((_request, response) => response.end('{}'));
    await new Promise<void>((resolve) => nextDay.listen(0, '127.0.0.1', resolve));
    const { port } = nextDay.address() as AddressInfo;
    sandbox = await Harness.start({
      nextDayUrl: `http://127.0.0.1:${port}/`,
      dataFile: join(folder, 'data.jsonl'),
    });
  });
  afterEach(async () => {
    await page?.context().close();
    await sandbox.close();
    nextDay.close();
    nextDay.closeAllConnections();
    rmSync(folder, { recursive: true });
    expect(problems).to.deep.equal([]);
  });

  async function open(options: BrowserContextOptions = DESKTOP): Promise<void> {
    page = await (await browser.newContext(options)).newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(sandbox.url);
  }

  const panel = (id: number) => page.getByTestId(`learner-${id}`);
  const lastMessage = (id: number) => panel(id).getByTestId('message').last();
  const newest = async () => {
    const { body } = await sandbox.http<{ learners: { id: number }[] }>('GET', '/api/learners');
    return body.learners.at(-1)?.id ?? 0;
  };

  it('leads a newcomer from nothing to a message with the mouse', async () => {
    await open();
    await page.getByTestId('add-learner').click();
    await page.getByTestId('start').click();
    await page.getByTestId('message').waitFor();
    const id = await newest();
    expect((await sandbox.chat(id)).messages).to.have.length(1);
    await sandbox.send(id, 'Welcome, <b>Ada</b>', { parse_mode: 'HTML' });
    await lastMessage(id).locator('strong', { hasText: 'Ada' }).waitFor();
  });

  it('is used with the keyboard alone: write, tap, see the notice and the edit in place', async () => {
    const id = await sandbox.learner('Ada');
    await open();
    await panel(id).getByTestId('composer').focus();
    await page.keyboard.type('/quiz');
    await page.keyboard.press('Enter');
    await lastMessage(id).waitFor();
    const message_id = await sandbox.send(id, 'Which one?', { reply_markup: KEYBOARD });
    const key = panel(id).getByRole('button', { name: 'B', exact: true });
    await key.focus();
    await page.keyboard.press('Enter');
    await panel(id).locator('.key[aria-busy="true"]', { hasText: 'B' }).waitFor();

    const updates = (await sandbox.call('getUpdates')).result as {
      callback_query?: { id: string; data: string };
    }[];
    const query = updates.at(-1)?.callback_query;
    expect(query?.data).to.equal('a:1:1');
    await sandbox.call('answerCallbackQuery', { callback_query_id: query?.id, text: 'Well done' });
    await sandbox.call('editMessageText', {
      chat_id: id,
      message_id,
      text: 'Right!',
      reply_markup: { inline_keyboard: [[{ text: 'Practise', callback_data: 'p' }]] },
    });
    await page.getByTestId('toast').filter({ hasText: 'Well done' }).waitFor();
    await lastMessage(id).filter({ hasText: 'edited' }).waitFor();
    expect(await panel(id).getByTestId('message').count()).to.equal(2);
    expect(await page.evaluate(() => document.activeElement?.textContent)).to.equal('Practise');
  });

  it('shows formatting, pictures of text and nothing as markup that is data', async () => {
    const attack = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>';
    const id = await sandbox.learner(attack.slice(0, 64));
    await sandbox.say(id, attack);
    await sandbox.send(id, attack, {
      reply_markup: { inline_keyboard: [[{ text: attack, callback_data: 'x' }]] },
    });
    const rich =
      '<b>b</b><i>i</i><u>u</u><s>s</s><code>c</code><pre><code class="language-sql">SELECT 1</code></pre>' +
      '<blockquote>q</blockquote><a href="https://example.org/">l</a> <tg-spoiler>hidden</tg-spoiler>';
    await sandbox.send(id, rich, { parse_mode: 'HTML' });
    await open();
    await lastMessage(id).locator('strong').waitFor();
    for (const tag of [
      'strong',
      'em',
      'u',
      's',
      'code',
      'pre[data-language="sql"]',
      'blockquote',
      'a[href="https://example.org/"]',
    ])
      expect(await lastMessage(id).locator(tag).count(), tag).to.be.at.least(1);
    await lastMessage(id).getByRole('button', { name: 'Show hidden text' }).click();
    expect(await lastMessage(id).locator('.spoiler').textContent()).to.equal('hidden');
    expect(await panel(id).locator('img, script').count()).to.equal(0);
    expect(await page.evaluate(() => 'broken' in window)).to.equal(false);
    expect(await panel(id).getByTestId('keyboard-button').textContent()).to.equal(attack);
  });

  it('shows several chats side by side on a desktop and one at a time on a phone', async () => {
    const ids = [
      await sandbox.learner('Ada'),
      await sandbox.learner('Grace'),
      await sandbox.learner('Edgar'),
    ];
    await open();
    for (const id of ids) await panel(id).waitFor({ state: 'visible' });
    await page.context().close();
    await open(PHONE);
    const visible = () =>
      page
        .locator('[data-testid^="learner-5"]:visible')
        .evaluateAll((all) => all.map((one) => one.dataset.testid));
    await panel(ids[2] ?? 0).waitFor({ state: 'visible' });
    expect(await visible()).to.deep.equal([`learner-${ids[2]}`]);
    await page.getByTestId(`learner-tab-${ids[0]}`).click();
    await panel(ids[0] ?? 0).waitFor({ state: 'visible' });
    expect(await visible()).to.deep.equal([`learner-${ids[0]}`]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.equal(390);
  });

  it('offers the commands that the bot has set', async () => {
    const id = await sandbox.learner('Ada');
    await open();
    await sandbox.call('setMyCommands', {
      commands: [
        { command: 'start', description: 'Begin' },
        { command: 'stats', description: 'Numbers' },
      ],
    });
    await panel(id).getByTestId('composer').fill('/st');
    await page.getByRole('menuitem').filter({ hasText: '/stats' }).click();
    await lastMessage(id).filter({ hasText: '/stats' }).waitFor();
  });

  it('moves to the next day and says so', async () => {
    const id = await sandbox.learner('Ada');
    await open();
    await panel(id).getByTestId('next-day').click();
    await page.getByTestId('toast').filter({ hasText: 'new day' }).waitFor();
    await new Promise((resolve) => nextDay.close(resolve));
    await panel(id).getByTestId('next-day').click();
    await page.getByTestId('toast').filter({ hasText: 'could not be reached' }).waitFor();
    problems = problems.filter((problem) => !problem.includes('502'));
  });

  it('blocks and unblocks the bot', async () => {
    const id = await sandbox.learner('Ada');
    await open();
    await panel(id).getByRole('button', { name: 'Block the bot' }).click();
    await panel(id).getByRole('button', { name: 'Unblock', exact: true }).click();
    await panel(id).getByTestId('composer').waitFor({ state: 'visible' });
    const updates = (await sandbox.call('getUpdates')).result as { my_chat_member?: object }[];
    expect(updates.filter((update) => update.my_chat_member)).to.have.length(2);
  });

  it('catches up by itself after the sandbox was restarted', async () => {
    const id = await sandbox.learner('Ada');
    await open();
    await panel(id).waitFor();
    const port = Number(new URL(sandbox.url).port);
    await sandbox.close();
    sandbox = await Harness.start({ port, dataFile: join(folder, 'data.jsonl') });
    await sandbox.send(id, 'while you were away');
    await lastMessage(id).filter({ hasText: 'while you were away' }).waitFor();
    problems = problems.filter((problem) => !/ERR_(CONNECTION|INCOMPLETE|EMPTY)/.test(problem));
  });

  it('follows the theme of the system and can be switched', async () => {
    await open({ ...DESKTOP, colorScheme: 'dark' });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    await page.getByRole('button', { name: 'Switch between light and dark' }).click();
    expect(await background())
      .to.equal('rgb(255, 255, 255)')
      .and.not.equal(dark);
    await page.reload();
    expect(await background()).to.equal('rgb(255, 255, 255)');
  });

  it('loads nothing from elsewhere and allows no foreign code', async () => {
    const response = await fetch(sandbox.url);
    expect(response.headers.get('content-security-policy'))
      .to.include("default-src 'self'")
      .and.not.include('unsafe');
    await open();
    const hosts = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).origin),
    );
    expect(new Set(hosts)).to.deep.equal(new Set([sandbox.url]));
  });
});
