import { describe, expect, it } from '@jest/globals';
import { createMask } from '../../src/connect/mask.ts';
import { createMasker } from '../../src/log/mask/masker.ts';
import { fakeWorld } from '../fakes/tools.ts';

describe('a value that nothing may show', () => {
  it('is known to everybody who shows or keeps something', () => {
    const masker = createMasker();
    const mask = createMask({ host: fakeWorld({}).tools.host, masker });

    mask(['hunter22', ''], 'the secret "PIN"');

    expect(masker.hide('it is hunter22')).toBe('it is ***');
  });

  it('is a warning, once, where it is too short to be hidden, and blanks no log', () => {
    const masker = createMasker();
    const world = fakeWorld({});
    const mask = createMask({ host: world.tools.host, masker });

    mask(['abc'], 'the secret "PIN"');
    mask(['abc'], 'the secret "PIN"');

    expect(world.lines).toEqual(['the secret "PIN" is shorter than 4 characters, and is not hidden in logs']);
    expect(masker.hide('abc')).toBe('abc');
  });
});
