import { describe, expect, it } from '@jest/globals';
import { askedOnce } from '../src/asked-once.ts';

describe('what is asked once', () => {
  it('is asked once for each key, also at the same time', async () => {
    const asked: string[] = [];
    const ask = askedOnce(async (key: string) => asked.push(key));

    const answers = await Promise.all(['a', 'b', 'a', 'a'].map((key) => ask(key)));

    expect(answers).toEqual([1, 2, 1, 1]);
    expect(asked).toEqual(['a', 'b']);
  });

  it('is one thing without words, and by its name with several', async () => {
    let made = 0;
    const make = askedOnce(async () => ++made);
    const add = askedOnce(
      async (word: { readonly text: string }, count: number) => word.text.repeat(count),
      ({ text }) => text,
    );

    expect([await make(), await make()]).toEqual([1, 1]);
    expect([await add({ text: 'a' }, 2), await add({ text: 'a' }, 3)]).toEqual(['aa', 'aa']);
  });

  it('is asked again when no answer came', async () => {
    let tries = 0;
    const ask = askedOnce(async (_: string) => {
      tries += 1;
      if (tries === 1) throw new Error('lost');
      return tries;
    });

    await expect(ask('a')).rejects.toThrow('lost');

    await expect(ask('a')).resolves.toBe(2);
    await expect(ask('a')).resolves.toBe(2);
  });
});
