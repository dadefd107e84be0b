import { describe, expect, it } from '@jest/globals';
import { readHeader } from '../../../../src/recipe/dependencies/script/header.ts';
import { startedScripts } from '../../../../src/recipe/dependencies/script/script.ts';
import { jobOf } from '../../support.ts';

describe('the scripts that a command starts', () => {
  it.each([
    ['run: python train.py --lr {{ lr }}\nparams: { lr: 1 }', ['train.py']],
    ['run: cd sub && python -u ./jobs/a.py; torchrun "b.py" >log', ['sub/jobs/a.py', 'sub/b.py']],
    ['run: (cd sub && make); python b.py', ['b.py']],
    ['run: cd .. && python a.py', []],
    ['run: python {{ name }}.py\nparams: { name: a }', []],
    ['run: python ../a.py /b.py --config=c.py -m d', []],
    ['command: [python, my train.py]', ['my train.py']],
  ])('%s: %j', (spec, scripts) => {
    expect(startedScripts(jobOf(spec).command)).toEqual(scripts);
  });
});

describe('the header of a script', () => {
  it('is the TOML of its comment, up to the last end of it', () => {
    const text =
      '#!/usr/bin/env python\n# /// script\n# dependencies = ["a"]\n#\n# [tool.x]\n# y = """\n# ///\n# """\n# ///\nimport a\n# ///\n';

    const header = readHeader(text, 'a.py');

    expect(header?.texts('dependencies')).toEqual(['a']);
    expect(header?.text('tool', 'x', 'y')).toBe('///\n');
  });

  it.each([
    ['import a\n', undefined],
    ['# /// other\n# a = 1\n# ///\n', undefined],
  ])('is absent in %j', (text, expected) => {
    expect(readHeader(text, 'a.py')).toBe(expected);
  });

  it.each([
    ['# /// script\n# a = 1\n', 'has no end'],
    ['# /// script\n# ///\n# /// script\n# ///\n', 'has two headers'],
    ['# /// script\n# a = \n# ///\n', 'is not valid TOML'],
  ])('is refused in %j: %s', (text, message) => {
    expect(() => readHeader(text, 'a.py')).toThrow(message);
  });

  it('has the places of the file in its mistakes', () => {
    const text = 'import a\n# /// script\n# a = ?\n# ///\n';

    expect(() => readHeader(text, 'a.py')).toThrow(
      expect.objectContaining({
        findings: [expect.objectContaining({ location: { file: 'a.py', line: 3, column: 7 } })],
      }),
    );
  });
});
