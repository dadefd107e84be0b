import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runsPage } from '../../../src/report/runs-page/page.ts';
import { type Browser, type Page, startBrowser } from '../../engine/browser/browser.ts';
import { findChromium } from '../../engine/browser/chromium.ts';
import { keptRun, params } from '../../run/records/kept-runs.ts';

const DESK = { width: 1280, height: 900, scheme: 'light' } as const;
const PHONE = { width: 375, height: 800, scheme: 'light' } as const;
const MADE = new Date('2026-12-01T17:56:00Z');
/** A folder for pictures of what was seen, for people to look at. */
const PICTURES = process.env['JOBIMG_PICTURES'];
const program = findChromium();

function sweepRun(index: number, lr: string, optimizer: string) {
  const decay = 1 + index;
  return keptRun({
    id: `train-${index}`,
    day: index + 1,
    plan: params({ lr, optimizer, 'warmup-steps': String(100 * index) }),
    ...(index === 2 ? { verdict: { reason: 'oom-host', exitCode: 137 } as const } : {}),
    metrics: [
      { name: 'epoch', values: Array.from({ length: 20 }, (_, epoch) => epoch + 1) },
      {
        name: 'loss',
        values: Array.from({ length: 20 }, (_, epoch) => 2 * Math.exp(-epoch / (4 * decay)) + index / 10),
      },
      {
        name: 'validation/accuracy',
        values: Array.from({ length: 20 }, (_, epoch) => 1 - Math.exp(-(epoch + 1) / (5 * decay))),
      },
    ],
  });
}

const RUNS = [
  sweepRun(0, '0.1', 'adam'),
  sweepRun(1, '1e-4', 'adam'),
  sweepRun(2, '0.01', 'sgd'),
  sweepRun(3, '10', 'sgd'),
];

(program === undefined ? describe.skip : describe)('the page of runs in a browser', () => {
  let folder: string;
  let browser: Browser;
  let page: Page;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobimg-page-'));
    url = pathToFileURL(join(folder, 'runs.html')).href;
    await writeFile(join(folder, 'runs.html'), runsPage(RUNS, MADE));
    browser = await startBrowser(program ?? '');
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    page = await browser.newPage();
    await page.look(DESK);
    await page.open(url);
  });

  async function keep(name: string): Promise<void> {
    if (PICTURES !== undefined) await writeFile(join(PICTURES, `${name}.png`), await page.picture());
  }

  const runsInOrder = () =>
    page.value<readonly string[]>(
      "[...document.querySelectorAll('#runs tbody tr:not([hidden])')].map((row) => row.cells[0].textContent)",
    );
  const header = (name: string): Promise<string> =>
    page.value<string>(`(() => {
      const at = [...document.querySelectorAll('#runs th')].findIndex((one) => one.textContent === '${name}');
      return '#runs th:nth-child(' + (at + 1) + ') button';
    })()`);

  /** How much of a chart has the colour of a run's legend. */
  const drawn = (run: number, chart = '#charts canvas') =>
    page.value<number>(`(() => {
      const { borderLeftColor } = getComputedStyle(document.querySelectorAll('#legend button')[${run}]);
      const wanted = borderLeftColor.match(/\\d+/g).map(Number);
      const canvas = document.querySelector('${chart}');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let at = 0; at < data.length; at += 4)
        if (wanted.every((value, channel) => Math.abs(data[at + channel] - value) < 3)) count += 1;
      return count;
    })()`);

  it('asks for nothing but itself, and breaks no rule of its policy', async () => {
    await page.click('#legend button');
    await page.type('#filter', 'adam');

    expect(page.requests).toEqual([url]);
    expect(page.errors).toEqual([]);
  });

  it('sorts by value when a header is clicked, and back when it is clicked again', async () => {
    const lr = await header('lr');

    await page.click(lr);
    const ascending = await runsInOrder();
    await page.click(lr);

    expect(ascending).toEqual(['train-1', 'train-2', 'train-0', 'train-3']);
    expect(await runsInOrder()).toEqual(['train-3', 'train-0', 'train-2', 'train-1']);
    expect(await page.value("document.querySelector('[aria-sort=descending]').textContent")).toBe('lr');
  });

  it('keeps the rows that have every word of the filter, and draws only these', async () => {
    const before = await drawn(0);

    await page.type('#filter', 'optimizer=sgd succeeded');

    expect(await runsInOrder()).toEqual(['train-3']);
    expect(before).toBeGreaterThan(0);
    expect([await drawn(0), await drawn(3)]).toEqual([0, expect.any(Number)]);
    expect(await drawn(3)).toBeGreaterThan(0);
  });

  it('hides the run whose legend is clicked in every chart, and shows it again', async () => {
    const seen = async () => [await drawn(1), await drawn(1, '#scatter canvas')].map((count) => count > 0);

    const before = await seen();
    await page.click('#legend button:nth-child(2)');
    const hidden = await seen();
    await page.click('#legend button:nth-child(2)');

    expect(before).toEqual([true, true]);
    expect(hidden).toEqual([false, false]);
    expect(await seen()).toEqual([true, true]);
    expect(await drawn(0)).toBeGreaterThan(0);
  });

  it('shows parameters against results, not against what they were counted by', async () => {
    const chosen = await page.value(
      "[document.querySelector('#param').value, document.querySelector('#metric').value]",
    );

    expect(chosen).toEqual(['lr', 'loss']);
  });

  it.each(['light', 'dark'] as const)('can be read in the scheme %s', async (scheme) => {
    await page.look({ ...DESK, scheme });
    await page.open(url);

    await keep(`desk-${scheme}`);
    const contrasts = await page.value<readonly number[]>(CONTRASTS);

    expect(Math.min(...contrasts)).toBeGreaterThanOrEqual(4.5);
    expect(await page.value('getComputedStyle(document.body).backgroundColor')).toBe(
      scheme === 'dark' ? 'rgb(13, 17, 23)' : 'rgb(255, 255, 255)',
    );
  });

  it('is no wider than a phone: only its table can be scrolled sideways, and names its runs then', async () => {
    await page.look(PHONE);
    await page.open(url);

    await page.value("document.querySelector('.scroll').scrollTo(10000, 0)");
    await keep('phone');

    expect(await page.value('document.documentElement.scrollWidth')).toBe(PHONE.width);
    const widths = await page.value<readonly number[]>(
      "[...document.querySelectorAll('canvas, button, select, input')].map((one) => one.closest('table') ? 0 : one.getBoundingClientRect().right)",
    );
    expect(Math.max(...widths)).toBeLessThanOrEqual(PHONE.width);
    expect(
      await page.value("document.querySelector('#runs td').getBoundingClientRect().left"),
    ).toBeGreaterThan(0);
  });
});

/** Of each element with text of its own, against the ground: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
const CONTRASTS = `(() => {
  const light = (color) => {
    const parts = color.match(/[\\d.]+/g).slice(0, 3).map((one) => Number(one) / 255);
    const [r, g, b] = parts.map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.body).backgroundColor);
  const hasText = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
  return [...document.body.querySelectorAll(':not(script, style, noscript, option)')].filter(hasText).map((one) => {
    const [dark, bright] = [light(getComputedStyle(one).color), ground].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  });
})()`;
