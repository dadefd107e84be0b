import { describe, expect, it } from '@jest/globals';
import { readLog } from '../../../src/backends/command/answer/log.ts';
import { standingOf } from '../../../src/backends/command/answer/standing.ts';
import { cutTrailer } from '../../../src/backends/command/answer/trailer.ts';
import type { Tool } from '../../../src/backends/command/place/tool.ts';
import { siteIn } from '../shell-queue/bench.ts';

const SITE = siteIn(`commands:
  queue:
    submit: { run: [q, submit] }
    status:
      run: [q, list]
      item: { items: jobs, id: number }
      state: { json: state }
      states: { running: [RUNNING], ended: [DONE] }
      times: { started: began, ended: over }
    logs:
      before: { run: [q, describe, '{{ id }}'], read: { stream: { json: stream } } }
      run: [q, log, '{{ read.stream }}', { if: cursor, put: [--next, '{{ cursor }}'] }]
      cursor: { lines: lines, next: next }
    cancel: { run: [q, stop, '{{ id }}'] }
`);

const PAGES: Readonly<Record<string, unknown>> = {
  '': { lines: [], next: 'f/1' },
  'f/1': { lines: ['a', '', 'b'], next: 'f/2' },
  'f/2': { lines: [], next: 'f/2' },
};

/** A client that has a log when its stream is there. */
function client(stream: string | undefined): Tool & { readonly asked: string[] } {
  const asked: string[] = [];
  const answer = (json: unknown) => {
    const bytes = Buffer.from(JSON.stringify(json));
    return { code: 0, bytes, stdout: bytes.toString(), stderr: '' };
  };
  return {
    asked,
    async run(words) {
      asked.push(words.slice(1).join(' '));
      return answer(words[1] === 'describe' ? { stream } : PAGES[words[4] ?? '']);
    },
    open: () => Promise.reject(new Error('nothing is opened')),
    check: async () => undefined,
  };
}

describe('a log that comes in pages', () => {
  const question = { known: { name: 'jobimg-1', id: '7' }, options: new Map(), hasEnded: false };

  it('is read from page to page, past those that are empty', async () => {
    const tool = client('s');

    const first = await readLog(SITE, { ...question, cursor: undefined }, tool);
    const second = await readLog(SITE, { ...question, cursor: first.cursor }, tool);

    expect([Buffer.from(first.log).toString(), first.cursor]).toEqual(['a\n\nb\n', 'f/2']);
    expect([second.log.length, second.cursor]).toEqual([0, 'f/2']);
    expect(tool.asked.filter((words) => words.startsWith('log'))).toEqual([
      'log s',
      'log s --next f/1',
      'log s --next f/2',
    ]);
  });

  it('is none where the place has no name for it yet', async () => {
    const none = readLog(SITE, { ...question, cursor: undefined }, client(undefined));

    await expect(none).rejects.toThrow('no "stream" of its log yet');
  });

  it.each([
    ['mark 3 \n', '', 3],
    ['a\nmark 3 \n', 'a', 3],
    ['a\n\nmark 3 \n', 'a\n', 3],
    ['a\n', 'a\n', undefined],
  ])('has a last line that may be the first of its part: %j', (text, log, code) => {
    const cut = cutTrailer(Buffer.from(text), 'mark', { last: false, wholeLines: true });

    expect([Buffer.from(cut.log).toString(), cut.trailer?.code]).toEqual([log, code]);
  });
});

describe('a state in a list of all runs', () => {
  const answer = (json: unknown) => {
    const bytes = Buffer.from(JSON.stringify(json));
    return { code: 0, bytes, stdout: bytes.toString(), stderr: '' };
  };

  it('is that of the item with the id', () => {
    const jobs = [
      { number: 6, state: 'DONE', began: '2026-01-01T00:00:00Z', over: '2026-01-01T00:00:01.5Z' },
      { number: 7, state: 'RUNNING' },
    ];

    expect(standingOf(answer({ jobs }), SITE, { id: '6' })).toMatchObject({ state: 'ended', duration: 1.5 });
    expect(standingOf(answer({ jobs }), SITE, { id: '7' })).toEqual({ state: 'running' });
    expect(standingOf(answer({ jobs }), SITE, { id: '8' })).toEqual({ state: 'absent' });
    expect(() => standingOf(answer({}), SITE, { id: '8' })).toThrow('no list in what it says');
  });
});
