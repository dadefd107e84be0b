import { describe, expect, it } from '@jest/globals';
import { askedOnce } from '../../src/steps/asked-once.ts';

describe('what is asked once', () => {
  it('is asked once for each key, also at the same time', async () => {
    const asked: string[] = [];
    const ask = askedOnce(async (key: string) => asked.push(key));

    const answers = await Promise.all(['a', 'b', 'a', 'a'].map((key) => ask(key)));

    expect(answers).toEqual([1, 2, 1, 1]);
    expect(asked).toEqual(['a', 'b']);
  });

  it('is asked again when no answer came', async () => {
    let tries = 0;
    const ask = askedOnce(async () => {
      tries += 1;
      if (tries === 1) throw new Error('lost');
      return tries;
    });

    await expect(ask('a')).rejects.toThrow('lost');

    await expect(ask('a')).resolves.toBe(2);
    await expect(ask('a')).resolves.toBe(2);
  });
});
