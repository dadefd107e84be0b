import { describe, expect, it } from '@jest/globals';
import { problemsOf } from '../read.ts';

function told(text: string): readonly string[] {
  return problemsOf(text).map(
    ({ location, message, hint }) => `${location?.line}:${location?.column} ${message} -> ${hint}`,
  );
}

const MAPPING = 'a value that begins with "{{" is a mapping of YAML without quotes';
const COLON = 'a colon before a space begins a mapping of YAML in a value without quotes';
const INSIDE = '"{{" without quotes begins two mappings of YAML, and no placeholder';

describe('a slip of YAML is one sentence, with the line to write', () => {
  it.each([
    ['run: {{ cmd }}\nparams: { cmd: echo }\n', `1:1 ${MAPPING} -> write run: "{{ cmd }}"`],
    ['run: {{ cmd }} --x {{ y }}\ngpu: 1\n', `1:1 ${MAPPING} -> write run: "{{ cmd }} --x {{ y }}"`],
    ['run: {{ cmd }} "a b"\r\ngpu: 1\r\n', `1:1 ${MAPPING} -> write run: '{{ cmd }} "a b"'`],
    ['run:\n  - {{ cmd }}\n', `2:3 ${MAPPING} -> write - "{{ cmd }}"`],
    [
      'run: x\nenv: { A: {{ x }}, B: "{{ y }}" }\n',
      `2:1 ${INSIDE} -> write env: { A: "{{ x }}", B: "{{ y }}" }`,
    ],
    ['command: [python, --lr={{ lr }}, x]\n', `1:1 ${INSIDE} -> write command: [python, "--lr={{ lr }}", x]`],
    ['run: python train.py --name: x\n', `1:1 ${COLON} -> write run: "python train.py --name: x"`],
    ['gpu: 1\nrun: echo done: # end\n', `2:1 ${COLON} -> write run: "echo done:"`],
    [
      'run: *.py\n',
      '1:1 a value that begins with "*" is no text of YAML without quotes -> write run: "*.py"',
    ],
    ['run: @x\n', '1:1 a value that begins with "@" is no text of YAML without quotes -> write run: "@x"'],
    [
      'run:\u00a0echo a\n',
      '1:1 a blank that is not a space (U+00A0) stands where YAML needs a space -> write run: echo a',
    ],
    [
      'image:\n\u00a0\u00a0python: 3.12\nrun: x\n',
      '2:3 a blank that is not a space (U+00A0) stands where YAML needs a space -> write python: 3.12',
    ],
    [
      'run: x\n\u3000gpu: 1\n',
      '2:1 a blank that is not a space (U+3000) stands where YAML needs a space -> write gpu: 1',
    ],
  ])('%j', (text, expected) => {
    expect(told(text)).toEqual([expected]);
  });

  it.each(["run: 'x\n", 'run: x\nrun: y\n', '[a]: b\n', 'a: b: c: [\n'])(
    '%j is told as the parser tells it',
    (text) => {
      expect(told(text).length).toBeGreaterThan(0);
    },
  );

  it('is none where YAML can be read', () => {
    expect(told('run: |\n  echo {{ run.id }}: x\u00a0y #1\nparams: { a: "x: y" }\n')).toEqual([]);
  });
});
