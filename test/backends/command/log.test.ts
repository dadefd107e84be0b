import { describe, expect, it } from '@jest/globals';
import { readLog } from '../../../src/backends/command/answer/log.ts';
import type { Tool } from '../../../src/backends/command/place/tool.ts';
import { siteIn } from '../shell-queue/bench.ts';

function siteOf(cursor: string, strip?: string) {
  const log = { run: ['q', 'log', '{{ cursor }}'], cursor, ...(strip === undefined ? {} : { strip }) };
  return siteIn(`commands:
  queue:
    submit: { run: [q, submit] }
    status: { run: [q, state], state: { pattern: '(.*)' }, states: { running: [RUNNING], ended: [DONE] } }
    logs: ${JSON.stringify(log)}
    cancel: { run: [q, stop, '{{ id }}'] }
`);
}

/** A program with a log of bytes, of lines or as a whole, that grows to each of the texts. */
function tool(cursor: string, texts: readonly string[]): Tool {
  let call = 0;
  return {
    async run(words) {
      const text = texts[call++] ?? '';
      const from = Number(words[2]);
      const lines = text.split(/(?<=\n)/);
      const stdout =
        cursor === 'bytes' ? text.slice(from) : cursor === 'lines' ? lines.slice(from).join('') : text;
      return { code: 0, bytes: Buffer.from(stdout), stdout, stderr: '' };
    },
    open: () => Promise.reject(new Error('nothing is opened')),
    check: async () => undefined,
  };
}

/** What is shown at each look; at the last one the run has ended. */
async function shown(cursor: string, texts: readonly string[], strip?: string): Promise<readonly string[]> {
  const client = tool(cursor, texts);
  const parts: string[] = [];
  let at: string | undefined;
  for (const index of texts.keys()) {
    const hasEnded = index === texts.length - 1;
    const question = { known: { name: 'n', id: '7' }, options: new Map(), cursor: at, hasEnded };
    const part = await readLog(siteOf(cursor, strip), question, client);
    parts.push(Buffer.from(part.log).toString());
    at = part.cursor;
  }
  return parts;
}

describe('a log that a place shows', () => {
  it.each(['bytes', 'lines', 'whole'])('comes once, to the end of its last line, by %s', async (cursor) => {
    const parts = await shown(cursor, ['one\ntw', 'one\ntwo\nBoom', 'one\ntwo\nBoom: 1']);

    expect(parts.join('')).toBe('one\ntwo\nBoom: 1');
  });

  it.each(['bytes', 'lines', 'whole'])(
    'comes without what stands before each line, by %s',
    async (cursor) => {
      const texts = ['p> one\np> t', 'p> one\np> two\np', 'p> one\np> two\np> three'];

      expect(await shown(cursor, texts, '^p> ')).toEqual(['one\n', 'two\n', 'three']);
    },
  );
});
