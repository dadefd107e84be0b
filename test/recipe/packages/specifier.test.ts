import { describe, expect, it } from '@jest/globals';
import { allows, allowsRelease, parseSpecifiers, pinned } from '../../../src/recipe/packages/specifier.ts';

describe('a set of Python versions', () => {
  it.each([
    ['>=3.10', '3.9', false],
    ['>=3.10', '3.10', true],
    ['>=3.10.4', '3.10', true],
    ['>=3.10,<3.13', '3.12', true],
    ['>=3.10,<3.13', '3.13', false],
    ['<3.12.4', '3.12', false],
    ['<=3.12', '3.12', false],
    ['<=3.12', '3.11', true],
    ['>3.11', '3.11', true],
    ['~=3.11', '3.13', true],
    ['~=3.11.2', '3.12', false],
    ['~=3.11.2', '3.11', true],
    ['==3.12.*', '3.12', true],
    ['==3.12.*', '3.13', false],
    ['!=3.12.*', '3.12', false],
    ['!=3.12.1', '3.12', true],
    ['==3.12.4', '3.12.4', true],
    ['>=3.10,!=3.10.2', '3.10.2', false],
    ['<4.0a1,>=3.9rc1', '3.9', true],
    ['', '3.9', true],
  ])('%s has %s: %s', (text, version, expected) => {
    expect(allows(parseSpecifiers(text), version)).toBe(expected);
  });

  it.each([
    ['>=3.8.*', '3.9', true],
    ['>=3.8.*', '3.7', false],
    ['~=3', '3.12', true],
    ['~=3', '2.7', false],
    ['!=3.12.4rc1', '3.12.4', true],
    ['<=3.12.4rc1', '3.12.4', false],
    ['==3.12.4rc1', '3.12.4', false],
  ])('%s, as it is written somewhere, has %s: %s', (text, version, expected) => {
    expect(allows(parseSpecifiers(text), version)).toBe(expected);
  });

  it.each([
    ['>=2.0', '2.0rc1', false],
    ['>=2.0rc1', '2.0rc2', true],
    ['==1.0', '1.0.post1', false],
    ['>=1.0.post1', '1.0', false],
    ['<2', '1!1.0', false],
    ['>=1!1', '2.0', false],
    ['==1!1.*', '1!1', true],
    ['==2.7.1', '2.7.1+cu126', true],
    ['==1.0.*', '1', true],
    ['>=1.0', '2004d', false],
  ])('%s has the version %s of a package: %s', (text, version, expected) => {
    expect(allowsRelease(parseSpecifiers(text), version)).toBe(expected);
  });

  it('knows the one release that is pinned', () => {
    expect(pinned(parseSpecifiers('==3.12.4'))).toBe('3.12.4');
    expect(pinned(parseSpecifiers('==3.12.*'))).toBeUndefined();
  });

  it.each(['^3.10', '3.10', '===3.10', '>=three'])('refuses "%s", which it does not understand', (text) => {
    expect(() => parseSpecifiers(text)).toThrow('is not a set of Python versions');
  });
});
