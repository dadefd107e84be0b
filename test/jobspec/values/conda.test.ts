import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../../src/errors.ts';
import { channelsOf, parseChannel, parseMatchSpec } from '../../../src/jobspec/values/conda.ts';

describe('a conda package', () => {
  it.each([
    ['numpy', { name: 'numpy', version: '' }],
    ['NumPy=1.26', { name: 'numpy', version: '=1.26' }],
    ['numpy >=1.26,<2', { name: 'numpy', version: '>=1.26,<2' }],
    ['numpy>=1.26,!=1.26.1', { name: 'numpy', version: '>=1.26,!=1.26.1' }],
    ['python 3.11.* *_cpython', { name: 'python', version: '3.11.* *_cpython' }],
    ['blas=*=openblas', { name: 'blas', version: '=*=openblas' }],
    ['_libgcc_mutex', { name: '_libgcc_mutex', version: '' }],
    ['python=3.10|3.11', { name: 'python', version: '=3.10|3.11' }],
    ['bioconda::samtools=1.20', { name: 'samtools', version: '=1.20', channel: 'bioconda' }],
    ['conda-forge/linux-64::zlib', { name: 'zlib', version: '', channel: 'conda-forge/linux-64' }],
    ['numpy[version=">=1.2",build=py*]', { name: 'numpy', version: '' }],
    ['  git ', { name: 'git', version: '' }],
  ])('can be %j', (text, expected) => {
    expect(parseMatchSpec(text)).toEqual({ channel: undefined, ...expected, text: text.trim() });
  });

  it.each([
    '',
    '-c evil',
    'numpy; reboot',
    'numpy && reboot',
    'numpy\n--end--',
    '$(id)',
    'https://conda.anaconda.org/conda-forge/linux-64/zlib-1.3.1-h4ab18f5_1.conda',
    './zlib.conda',
    'numpy"',
    'a::b::c',
    `${'a'.repeat(200)}`,
  ])('cannot be %j', (text) => {
    expect(() => parseMatchSpec(text)).toThrow(UserError);
  });

  it('is one line of known characters, or refused, whatever is written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        try {
          expect(parseMatchSpec(text).text).toMatch(/^[A-Za-z0-9_.*+!<>=~|,()[\]'"/: ^$-]+$/);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
    );
  });
});

describe('a channel', () => {
  it.each(['conda-forge', 'conda-forge/label/rust_dev', 'defaults', 'https://conda.example.com:8443/team/'])(
    'can be %s',
    (text) => {
      expect(parseChannel(text)).toBe(text);
    },
  );

  it.each([
    ['https://ada:secret@conda.example.com/team', 'contains a password or a token'],
    ['https://conda.example.com/t/tk-123/team', 'contains a password or a token'],
    ['file:///srv/conda', 'is not a channel'],
    ['/srv/conda', 'is not a channel'],
    ['../conda', 'is not a channel'],
    ['a b', 'is not a channel'],
    ['https://conda.example.com/team?x=1', 'is not a channel'],
  ])('cannot be %s', (text, message) => {
    expect(() => parseChannel(text)).toThrow(message);
  });

  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['conda-forge where nothing is named', [], ['numpy'], ['conda-forge']],
    ['those of a file in their order', ['b', 'a'], ['numpy'], ['b', 'a']],
    ['then those that packages name', ['a'], ['b::x', 'a::y', 'b/linux-64::z'], ['a', 'b']],
    ['no other for "nodefaults"', ['a', 'nodefaults'], ['numpy'], ['a']],
    [
      "Anaconda's own for defaults",
      ['defaults'],
      [],
      ['https://repo.anaconda.com/pkgs/main', 'https://repo.anaconda.com/pkgs/r'],
    ],
  ])('is %s', (_, listed, specs, expected) => {
    expect(channelsOf(listed, specs.map(parseMatchSpec))).toEqual(expected);
  });
});
