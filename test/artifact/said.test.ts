import { describe, expect, it } from '@jest/globals';
import { listenTo } from '../../src/artifact/said.ts';

describe('what the client writes', () => {
  it('goes nowhere, but its warnings and its last error are known', () => {
    const written: string[] = [];
    const stream = { write: (text: string) => written.push(text) > 0 };
    const said = listenTo(stream);

    for (const text of [
      '::debug::a\n',
      '::warning::no such file\n',
      'Error: EACCES, open\n',
      'Uploaded bytes 8\n',
    ])
      stream.write(text);

    expect(written).toEqual([]);
    expect(said.warnings()).toEqual(['no such file']);
    expect(said.error()).toBe('Error: EACCES, open');
  });
});
