import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { openPlay, type Play, rightPosition } from '../scripts/demo/play.ts';
import { launchBrowser, type Visit, visit } from './harness/browser.ts';
import { startTestStack, type TestStack } from './harness/stack.ts';

const desktop = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

describe('the chat page of a running stack', function () {
  this.timeout(60_000);
  let browser: Browser;
  let stack: TestStack;
  let visits: Visit[];

  before(async function () {
    browser = await launchBrowser(this);
    stack = await startTestStack();
  });
  after(async () => {
    await browser?.close();
    await stack?.stop();
  });
  beforeEach(() => {
    visits = [];
  });
  afterEach(async () => {
    for (const { close } of visits) await close();
    expect(visits.flatMap(({ problems }) => problems)).to.deep.equal([]);
  });

  /** Opens the page with the chats of these learners, or as it greets somebody new. */
  async function open(
    learners: readonly Play[] = [],
    options: BrowserContextOptions = desktop,
  ): Promise<Page> {
    const named = learners.map(({ chat }) => chat.id).join(',');
    const visited = await visit(browser, `${stack.sandboxUrl}/#${named}`, options);
    visits.push(visited);
    return visited.page;
  }

  /** A learner in front of the first question. */
  async function asked(name: string): Promise<Play> {
    const stage = { sandboxUrl: stack.sandboxUrl, databaseUrl: stack.ownerUrl, print: () => undefined };
    const play = await openPlay(stage, name);
    await play.askBy(await play.say('/start'), 'First question now');
    return play;
  }

  const panelOf = (page: Page, { chat }: Play) => page.getByTestId(`learner-${chat.id}`);
  const lastMessage = (panel: Locator) => panel.getByTestId('message').last();
  const keysOf = (panel: Locator) => lastMessage(panel).getByTestId('keyboard-button');
  const toast = (page: Page, text: string | RegExp) => page.getByTestId('toast').filter({ hasText: text });

  /** The key of the newest question with the right answer. */
  async function rightKey(panel: Locator): Promise<Locator> {
    const data = await keysOf(panel).first().getAttribute('data-callback');
    return keysOf(panel).nth(await rightPosition(stack.ownerUrl, data?.split(':')[1]));
  }

  async function tabTo(page: Page, target: Locator): Promise<void> {
    const isThere = () => target.evaluate((element) => element === document.activeElement);
    for (let steps = 0; !(await isThere()); steps++) {
      if (steps === 40) throw new Error('the Tab key does not lead there');
      await page.keyboard.press('Tab');
    }
  }

  it('leads a newcomer with the keyboard alone from an empty page to the feedback', async () => {
    const page = await open();
    await tabTo(page, page.getByPlaceholder('Name (optional)'));
    await page.keyboard.type('Katherine');
    await page.keyboard.press('Enter');
    const panel = page.getByRole('region', { name: 'Katherine' });
    await panel.waitFor();
    expect(await panel.getByTestId('composer').evaluate((box) => box === document.activeElement)).to.equal(
      true,
    );
    await page.keyboard.type('/start');
    await page.keyboard.press('Enter');
    await lastMessage(panel).filter({ hasText: 'Hi Katherine, I am Rung.' }).waitFor();

    await tabTo(page, panel.getByRole('button', { name: 'First question now' }));
    await page.keyboard.press('Enter');
    await panel.getByRole('button', { name: 'D', exact: true }).waitFor();
    const question = await lastMessage(panel).getAttribute('data-message-id');
    const messages = await panel.getByTestId('message').count();
    await tabTo(page, await rightKey(panel));
    await page.keyboard.press('Enter');

    const feedback = panel.locator(`[data-message-id="${question}"]`);
    await feedback.filter({ hasText: 'Streak: 1 day' }).waitFor();
    expect(await panel.getByTestId('message').count()).to.equal(messages);
    expect(await feedback.textContent())
      .to.include('✅ Correct!')
      .and.to.include('(your answer)');
    expect(await feedback.getByRole('button').allTextContents()).to.deep.equal(['Report']);
    // Who answered by the keyboard goes on from where the keys were.
    expect(await feedback.evaluate((message) => message.contains(document.activeElement))).to.equal(true);
    await toast(page, 'Correct!').waitFor();
  });

  it('takes an answer by mouse, and brings the next question with Next day', async () => {
    const dorothy = await asked('Dorothy');
    const page = await open([dorothy]);
    const panel = panelOf(page, dorothy);
    const first = await lastMessage(panel).getAttribute('data-message-id');
    await (await rightKey(panel)).click();
    await lastMessage(panel).filter({ hasText: 'Streak: 1 day' }).waitFor();

    await panel.getByTestId('next-day').click();
    await toast(page, 'A new day has begun').waitFor();
    await lastMessage(panel).getByRole('button', { name: 'D', exact: true }).waitFor();
    expect(await lastMessage(panel).getAttribute('data-message-id')).to.not.equal(first);
    await (await rightKey(panel)).click();
    await lastMessage(panel).filter({ hasText: 'Streak: 2 days, your best yet' }).waitFor();
  });

  it('tells by a toast that the first of two taps counts', async () => {
    const joan = await asked('Joan');
    const page = await open([joan]);
    const panel = panelOf(page, joan);
    await keysOf(panel).first().waitFor();
    // Both before the page can know what came of the first.
    await keysOf(panel).evaluateAll((keys) => {
      for (const key of keys.slice(0, 2)) (key as HTMLElement).click();
    });
    await toast(page, 'You have already answered this one. Your first tap counts').waitFor();
    expect(await lastMessage(panel).textContent()).to.match(/[✅❌] A\. .*\(your answer\)/);
    const rows = await stack.sql('SELECT FROM user_answers WHERE user_id = $1', [joan.chat.id]);
    expect(rows).to.have.length(1);
  });

  it('has two learners side by side who do not disturb each other', async () => {
    const left = await asked('Annie');
    const page = await open([left]);
    await keysOf(panelOf(page, left)).first().waitFor();
    const right = await asked('Mary');
    await keysOf(panelOf(page, right)).first().waitFor();
    const boxes = await Promise.all([left, right].map((play) => panelOf(page, play).boundingBox()));
    expect(boxes[0]?.y).to.equal(boxes[1]?.y);
    expect((boxes[0]?.x ?? 0) + (boxes[0]?.width ?? 0)).to.be.at.most(boxes[1]?.x ?? 0);
    // The neighbour has made it narrower, and it is still at its end.
    const keys = await keysOf(panelOf(page, left)).first().boundingBox();
    const composer = await panelOf(page, left).getByTestId('composer').boundingBox();
    expect((keys?.y ?? 0) + (keys?.height ?? 0)).to.be.at.most(composer?.y ?? 0);

    await (await rightKey(panelOf(page, right))).click();
    await lastMessage(panelOf(page, right)).filter({ hasText: 'Correct!' }).waitFor();
    expect(await keysOf(panelOf(page, left)).allTextContents()).to.deep.equal(['A', 'B', 'C', 'D']);
    await panelOf(page, right).getByTestId('next-day').click();
    await keysOf(panelOf(page, right)).first().waitFor();
    await (await rightKey(panelOf(page, left))).click();
    await lastMessage(panelOf(page, left)).filter({ hasText: 'Correct!' }).waitFor();
  });

  describe('is legible', () => {
    let folder: string;
    let answered: Play;
    let waiting: Play;
    const kept = process.env.SCREENSHOTS;

    /** `SCREENSHOTS=docs/images` keeps the pictures there, to be looked at; the README shows one. */
    before(async () => {
      folder = kept ?? (await mkdtemp(join(tmpdir(), 'rung-screenshots-')));
      await mkdir(folder, { recursive: true });
      answered = await asked('Ada');
      await answered.answer('right');
      waiting = await asked('Grace');
    });
    after(async () => {
      if (kept === undefined) await rm(folder, { recursive: true, force: true });
    });

    for (const [device, size] of Object.entries({ desktop, phone })) {
      for (const colorScheme of ['light', 'dark'] as const) {
        it(`on a ${device}, ${colorScheme}`, async () => {
          const page = await open([answered, waiting], { ...size, colorScheme });
          const panel = panelOf(page, waiting);
          await keysOf(panel).first().waitFor();
          await page.screenshot({
            path: join(folder, `${device}-${colorScheme}.png`),
            animations: 'disabled',
          });

          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          expect(width).to.equal(size.viewport.width);
          const keys = await Promise.all((await keysOf(panel).all()).map((key) => key.boundingBox()));
          expect(new Set(keys.map((key) => key?.y)).size, 'rows of keys').to.equal(1);
          for (const key of keys) expect(key?.height).to.be.at.least(40);
          for (const bubble of await panel.locator('.bubble').all()) {
            const { cut, contrast } = await bubble.evaluate(judgeBubble);
            expect(cut).to.equal(false);
            expect(contrast).to.be.at.least(7);
          }
        });
      }
    }
  });
});

/** Runs in the page. Whether text is cut off, and its contrast as WCAG 2 reckons it. */
function judgeBubble(bubble: Element): { cut: boolean; contrast: number } {
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const { color, backgroundColor } = getComputedStyle(bubble);
  const [darker = 0, lighter = 0] = [luminance(color), luminance(backgroundColor)].sort((a, b) => a - b);
  return { cut: bubble.scrollWidth > bubble.clientWidth, contrast: (lighter + 0.05) / (darker + 0.05) };
}
