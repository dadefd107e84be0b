import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { pageRun } from '../../../src/report/runs-page/data.ts';
import { runsPage } from '../../../src/report/runs-page/page.ts';
import { keptRun, params } from '../../run/records/kept-runs.ts';

const MADE = new Date('2026-12-01T17:56:00Z');
const HOSTILE = '</script><img src=x onerror=alert(1)>"\'`&<!--';

const RUN = keptRun({
  id: 'train-1',
  plan: params({ lr: '0.1' }),
  metrics: [
    { name: 'epoch', values: [1, 2, 3] },
    { name: 'loss', values: [3, Number.NaN, 1] },
    { name: 'accuracy', values: [0.5, 0.9] },
    { name: 'size', values: [7] },
  ],
});

/** The texts of all elements of a name, as a browser ends them. */
function elements(page: string, name: string): readonly string[] {
  return [...page.matchAll(new RegExp(`<${name}>(.*?)</${name}`, 'gs'))].map(([, text = '']) => text);
}

describe('the page of runs', () => {
  it('allows what it contains by hash, and nothing else', () => {
    const page = runsPage([RUN], MADE);
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

    expect(policy).toBe(
      [
        "default-src 'none'",
        `script-src ${elements(page, 'script').map(hash).join(' ')}`,
        `style-src ${elements(page, 'style').map(hash).join(' ')}`,
        "base-uri 'none'",
        "form-action 'none'",
      ].join('; '),
    );
    expect(elements(page, 'script')).toHaveLength(2);
  });

  it('loads nothing', () => {
    const page = runsPage([RUN], MADE);

    expect(page).not.toMatch(/\s(?:src|href|style|on[a-z]+)=|@import|url\(|fetch\(|XMLHttpRequest|WebSocket/);
  });

  it('contains the licence of what it contains', () => {
    expect(runsPage([], MADE)).toMatch(/MIT License[\s\S]*Leon Sorokin/);
  });

  it('is the same markup whatever a run says', () => {
    const hostile = keptRun({
      id: 'train-1',
      plan: { ...params({ [HOSTILE]: HOSTILE }), job: HOSTILE },
      verdict: { reason: HOSTILE as 'failed' },
      metrics: [{ name: HOSTILE, values: [1, 2] }],
    });
    const page = runsPage([hostile], MADE);
    const data = /id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '';

    expect(page).not.toContain('<img');
    expect(page).not.toContain('<!--');
    expect(page.match(/<\/script>/g)).toHaveLength(3);
    expect(JSON.parse(data)).toMatchObject([{ job: HOSTILE, params: { [HOSTILE]: HOSTILE } }]);
  });

  it('has a row for each run without any script', () => {
    const page = runsPage([RUN], MADE);

    expect(page).toContain('<td class="number" data-value="61.4">1 min 1 s</td><td>0.1</td>');
    expect(page).toContain('<td class="succeeded">succeeded</td>');
  });
});

describe('what the page knows of a run', () => {
  it('is each course over the counter that was written as often', () => {
    expect(pageRun(RUN).courses).toEqual([
      { metric: 'loss', counter: 'epoch', x: [1, 2, 3], y: [3, null, 1] },
      { metric: 'accuracy', counter: 'value', x: [1, 2], y: [0.5, 0.9] },
    ]);
  });
});
