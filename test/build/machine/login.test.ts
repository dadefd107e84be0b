import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { netrcText, readLogin } from '../../../src/build/machine/login.ts';

describe('readLogin', () => {
  it.each([
    ['anna:secret', { user: 'anna', password: 'secret' }],
    ['anna:se:cr:et', { user: 'anna', password: 'se:cr:et' }],
    ['token-alone', { user: '__token__', password: 'token-alone' }],
  ])('reads %p', (value, expected) => {
    expect(readLogin(value, 'NAME', '__token__')).toEqual(expected);
  });

  it.each([':secret', 'anna:', '', 'two\nlines', 'a\u0000b'])('refuses %p without repeating it', (value) => {
    expect(() => readLogin(value, 'NAME', '__token__')).toThrow(
      'the value of the secret "NAME" is neither "user:password" nor a token',
    );
  });
});

describe('netrcText', () => {
  it('is for one host alone', () => {
    const login = { user: 'anna', password: "p#a's$s%w@r:d" };

    expect(netrcText('packages.example.com', login, 'NAME')).toBe(
      "machine packages.example.com\nlogin anna\npassword p#a's$s%w@r:d\n",
    );
  });

  it('holds a login as three words of three lines, or refuses it and does not repeat it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (password) => {
        const words = wordsOf(password);

        expect(words ?? ['machine', 'h', 'login', 'u', 'password', password]).toEqual([
          'machine',
          'h',
          'login',
          'u',
          'password',
          password,
        ]);
      }),
    );
  });

  function wordsOf(password: string): readonly string[] | undefined {
    try {
      return netrcText('h', { user: 'u', password }, 'NAME').trimEnd().split(/\s/);
    } catch (error) {
      expect(String(error)).toContain('the value of the secret "NAME" cannot be passed to pip and uv');
      return undefined;
    }
  }
});
