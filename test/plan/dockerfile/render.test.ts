// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of a Dockerfile
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BuildSecret } from '../../../src/jobspec/job/job.ts';
import type { Instruction } from '../../../src/plan/dockerfile/instruction.ts';
import { heredocName, renderDockerfile, runInstruction } from '../../../src/plan/dockerfile/render.ts';
import { readDockerfile } from '../../../src/recipe/dockerfile/read.ts';
import type { Step } from '../../../src/recipe/step.ts';

const FROM: Instruction = { kind: 'from', image: 'docker.io/library/a@sha256:0' };

function stepOf(run: string, more: Partial<Step> = {}): Step {
  return { title: 'build 1', run, kind: 'shell', secrets: [], env: new Map(), files: [], ...more };
}

function runOf(step: Step, secrets: readonly BuildSecret[] = []): Extract<Instruction, { kind: 'run' }> {
  const instruction = runInstruction(step, { secrets, source: 'src' });
  if (instruction.kind !== 'run') throw new Error('a step is a RUN');
  return instruction;
}

const oneLine = fc
  .string({ unit: 'grapheme', maxLength: 30 })
  .filter((text) => !/\p{Cc}|[\u2028\u2029]/u.test(text));
const dangerous = fc.constantFrom('$HOME', '${X:-y}', '"', '\\', "'", '#', '\\"', ' a', '<<EOF', '`x`', '');
const value = fc.oneof(
  oneLine,
  fc.array(dangerous).map((parts) => parts.join('')),
);
const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/);
const fragment = fc.constantFrom(
  'FROM evil',
  '#!/bin/evil',
  '<<EOF',
  'EOF',
  '\\',
  '--mount=x',
  '["a"]',
  '\n',
  '\t',
  '\r\n',
  '$X',
  "'",
  '"',
  '# syntax=x',
  'a',
);
const shellText = fc
  .oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(fragment, { maxLength: 30 }).map((parts) => parts.join('')),
  )
  .filter((text) => !text.includes('\0'));

describe('the Dockerfile of a plan', () => {
  it('with a line that BuildKit does not read is refused in words', () => {
    const render = () => renderDockerfile([FROM, { kind: 'env', name: 'A', value: 'x'.repeat(65_600) }]);

    expect(render).toThrow(
      /^line 4 of the Dockerfile, which begins with "ENV A=.*", has 656\d\d bytes, and BuildKit reads less than 65535$/,
    );
  });

  it('begins with a line of ours and an empty one, and ends with the end of a line', () => {
    const text = renderDockerfile([FROM, { kind: 'env', name: 'A', value: '# syntax=evil' }]);

    expect(text.split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(/^# Made by jobimg/),
      '',
      expect.stringMatching(/^FROM /),
    ]);
    expect(text.endsWith('\n')).toBe(true);
  });

  it('reads back as exactly the variables and labels that were meant', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), fc.array(fc.tuple(value, value)), (variables, labels) => {
        const instructions: readonly Instruction[] = [
          FROM,
          ...variables.map(([key, text]) => ({ kind: 'env', name: key, value: text }) as const),
          ...labels.map(([key, text]) => ({ kind: 'label', name: key, value: text }) as const),
        ];

        const read = readDockerfile(renderDockerfile(instructions), 'Dockerfile');

        expect(read.map(({ keyword }) => keyword)).toEqual([
          'FROM',
          ...variables.map(() => 'ENV'),
          ...labels.map(() => 'LABEL'),
        ]);
        expect(read.slice(1, 1 + variables.length).map(({ rest }) => expanded(rest))).toEqual(
          variables.map(([key, text]) => `${key}=${text}`),
        );
      }),
    );
  });

  it.each([
    ['$PATH:/opt/bin', '"$PATH:/opt/bin"'],
    ['/a:${LD_LIBRARY_PATH}:/b', '"/a:${LD_LIBRARY_PATH}:/b"'],
    ['costs $5, "quoted", a\\b', String.raw`"costs \$5, \"quoted\", a\\b"`],
    ['$A$$B ${C:-no}', String.raw`"$A\$\$B \${C:-no}"`],
  ])('lets a value use variables of the base where that is meant: %s', (text, printed) => {
    const instructions: readonly Instruction[] = [FROM, { kind: 'expanded-env', name: 'A', value: text }];

    const [, read] = readDockerfile(renderDockerfile(instructions), 'Dockerfile');

    expect(read?.rest).toBe(`A=${printed}`);
  });

  it('takes any value where variables are expanded, and builds nothing else of it', () => {
    fc.assert(
      fc.property(name, value, (key, text) => {
        const instructions: readonly Instruction[] = [FROM, { kind: 'expanded-env', name: key, value: text }];

        const read = readDockerfile(renderDockerfile(instructions), 'Dockerfile');

        expect(read.map(({ keyword }) => keyword)).toEqual(['FROM', 'ENV']);
      }),
    );
  });

  it('holds each step as one RUN whose heredoc is its text, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(shellText, { minLength: 1, maxLength: 4 }), (texts) => {
        const runs = texts.map((text) => runOf(stepOf(text)));

        const read = readDockerfile(renderDockerfile([FROM, ...runs]), 'Dockerfile');

        expect(read.map(({ keyword }) => keyword)).toEqual(['FROM', ...texts.map(() => 'RUN')]);
        expect(read.flatMap(({ heredocs }) => heredocs)).toEqual(
          runs.map(({ text }) => ({ name: heredocName(text), quoted: true, content: `${text}\n` })),
        );
        for (const { text } of runs) expect(text.startsWith('set -eu\n')).toBe(true);
      }),
    );
  });

  it.each([['\n'], ['\r'], ['\0'], ['\u2028'], ['\u0085']])('never takes a value with %j', (character) => {
    const broken: Instruction = { kind: 'env', name: 'A', value: `a${character}RUN evil` };

    expect(() => renderDockerfile([FROM, broken])).toThrow('line break');
  });

  it.each<Instruction>([
    { kind: 'user', user: '1000\nRUN evil' },
    { kind: 'from', image: 'a AS b' },
    { kind: 'from', image: '--platform=x a' },
    { kind: 'env', name: 'A B', value: 'c' },
    { kind: 'env', name: 'A=1 B', value: 'c' },
  ])('is never built when it would read back as something else: %j', (instruction) => {
    expect(() => renderDockerfile([instruction])).toThrow(/Dockerfile/);
  });
});

/** As BuildKit expands a quoted value when there are no variables. */
function expanded(rest: string): string {
  const [, key = '', text = ''] = /^([^=]*)="(.*)"$/s.exec(rest) ?? [];
  return `${key}=${text.replace(/\\([\\"$])/g, '$1')}`;
}

describe('a step', () => {
  it('gets what the machine gives to every step, and certificates only when there are any', () => {
    const { mounts, text } = runOf(stepOf('true'));

    expect(mounts.map((mount) => Object.fromEntries(mount))).toEqual([
      { type: 'secret', id: 'jobimg-ca', target: '/run/jobimg/ca.pem', mode: '0444' },
      { type: 'secret', id: 'jobimg-pip', target: '/run/jobimg/pip.conf' },
    ]);
    expect(shell(text).status).toBe(0);
  });

  it('sees only its own secrets, as a file and as the variable that is asked for', () => {
    const secrets = [
      { name: 'A', env: 'A' },
      { name: 'B', target: '/root/.netrc' },
      { name: 'C', env: 'D' },
    ];

    const { mounts, text } = runOf(stepOf('true', { secrets: ['B', 'C'] }), secrets);

    const targets = mounts
      .map((mount) => Object.fromEntries(mount))
      .filter(({ id }) => !id?.startsWith('jobimg-'));
    expect(targets.map(({ id, target }) => [id, target])).toEqual([
      ['B', '/root/.netrc'],
      ['C', '/run/secrets/C'],
    ]);
    expect(text).toContain('D="$(cat /run/secrets/C)"; export D\n');
    expect(text).not.toContain('/run/secrets/A');
  });

  it('has its variables with exactly their values, in a real shell', () => {
    const safe = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(safe, (text) => {
        const step = stepOf('printf %s "$VALUE"', { env: new Map([['VALUE', text]]), offline: true });

        expect(shell(runOf(step).text).stdout).toBe(text);
      }),
      { numRuns: 30 },
    );
  });

  it('of apt writes its logs and caches where no layer sees them', () => {
    const { mounts } = runOf(stepOf('true', { kind: 'apt', files: ['a'] }));

    const places = mounts
      .map((mount) => Object.fromEntries(mount))
      .map(({ type, target }) => `${type} ${target}`);
    expect(places).toEqual(
      expect.arrayContaining([
        'tmpfs /var/log',
        'tmpfs /var/cache',
        'tmpfs /var/lib/apt/lists',
        'tmpfs /tmp',
        'bind /src',
      ]),
    );
  });
});

function shell(text: string): { readonly status: number | null; readonly stdout: string } {
  return spawnSync('sh', ['-c', text], { encoding: 'utf8', env: { PATH: process.env['PATH'] } });
}
