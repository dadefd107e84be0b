// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts for a shell
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../../src/errors.ts';
import { Findings } from '../../../src/findings.ts';
import type { Template } from '../../../src/jobspec/job/placeholder.ts';
import { ShellLexer } from '../../../src/jobspec/template/shell-place.ts';
import { parseTemplate, renderPath, renderTemplate } from '../../../src/jobspec/template/template.ts';
import { findingsOf, linesOf } from '../read.ts';

const KNOWN = new Set(['a', 'b', 'lr', 'env.HOME', 'run.id']);

function parse(text: string, isShell = true): { template: Template; findings: readonly Finding[] } {
  const findings = new Findings();
  const template = parseTemplate(text, {
    known: KNOWN,
    secrets: new Set(['TOKEN']),
    locate: (offset) => ({ file: 'jobimg.yml', line: 1, column: offset + 1 }),
    findings,
    shell: isShell ? new ShellLexer() : undefined,
  });
  return { template, findings: findings.all };
}

function render(text: string, values: Readonly<Record<string, string>>, isShell = true): string {
  const { template, findings } = parse(text, isShell);
  expect(findings).toEqual([]);
  return renderTemplate(template, new Map(Object.entries(values)));
}

/** What the shell gives a program for the words behind `printf`. */
function argumentsOf(shell: string, text: string): readonly string[] {
  const output = execFileSync(shell, ['-c', text], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return output.split('\0').slice(0, -1);
}

describe('placeholders', () => {
  it.each([
    ['python a.py', ['python a.py']],
    ['{{ a }}', [{ name: 'a', raw: false, quote: 'none' }]],
    [
      '{{a}}{{b}}',
      [
        { name: 'a', raw: false, quote: 'none' },
        { name: 'b', raw: false, quote: 'none' },
      ],
    ],
    ['x {{ raw.a }} y', ['x ', { name: 'a', raw: true }, ' y']],
    ['{{ env.HOME }}', [{ name: 'env.HOME', raw: false, quote: 'none' }]],
    ["'{{ a }}'", ["'", { name: 'a', raw: false, quote: 'single' }, "'"]],
    ['"{{ a }}"', ['"', { name: 'a', raw: false, quote: 'double' }, '"']],
    ['"$(echo {{ a }})"', ['"$(echo ', { name: 'a', raw: false, quote: 'none' }, ')"']],
    ['echo ${{ github.sha }} {{ a }}', ['echo ${{ github.sha }} ', { name: 'a', raw: false, quote: 'none' }]],
    ['docker ps --format "{{ \'{{\' }}.Names}}"', ['docker ps --format "{{.Names}}"']],
    ['a } b { c {d} }}', ['a } b { c {d} }}']],
    ['', []],
  ])('are found in %s', (text, expected) => {
    const { template, findings } = parse(text);

    expect(findings).toEqual([]);
    expect(
      template.map((part) => (typeof part === 'string' ? part : { ...part, location: undefined })),
    ).toEqual(expected.map((part) => (typeof part === 'string' ? part : { ...part, location: undefined })));
  });

  it.each([
    ['x {{ lrr }}', '1:3 "{{ lrr }}" is not known', 'did you mean "lr"?'],
    ['{{ constructor }}', '1:1 "{{ constructor }}" is not known', undefined],
    ['{{ __proto__ }}', '1:1 "{{ __proto__ }}" is not known', undefined],
    [
      '{{ env.TOKEN }}',
      '1:1 "{{ env.TOKEN }}" would put a secret into a text',
      'read the variable in the script: "$TOKEN"',
    ],
    ['{{.Names}}', '1:1 "{{.Names}}" is not a placeholder', undefined],
    ['{{ a | upper }}', '1:1 "{{ a | upper }}" is not a placeholder', undefined],
    ['{{ a() }}', '1:1 "{{ a() }}" is not a placeholder', undefined],
    ['{{', '1:1 "{{" is not a placeholder', undefined],
    ['{{ }}', '1:1 "{{ }}" is not a placeholder', undefined],
  ])('are refused in %s', (text, line, hint) => {
    const { findings } = parse(text);

    expect(linesOf(findings)).toEqual([line]);
    if (hint !== undefined) expect(findings[0]?.hint).toBe(hint);
  });

  it.each([
    ['inside backquotes', '`echo {{ a }}`'],
    ["inside $'…'", "echo $'{{ a }}'"],
    ['in a comment', 'echo 1 # {{ a }}'],
    ['in a comment', 'echo 1 \\\n# {{ a }}'],
    ['in a here-document', 'cat <<EOF\n{{ a }}\nEOF'],
    ['in a here-document', "cat <<-'EOF' | sort\n\tx\n\t{{ a }}\n\tEOF"],
    ['in a here-document', 'cat <<E\nx\\\nE\n{{ a }}'],
    ['behind a here-document with an involved expansion', 'cat <<E\n`\nE\necho {{ a }}'],
    ['in a parameter expansion', 'echo ${x:-{{ a }}}'],
    ['in a parameter expansion', 'echo "${x:-{{ a }}}"'],
    ['inside ((…))', 'echo $(( {{ a }} + 1 ))'],
    ['behind a backslash', 'echo \\{{ a }}'],
    ['behind a backslash', 'echo "\\{{ a }}"'],
    ['behind "<<"', 'cat <<{{ a }}'],
    ['behind ")#"', '$(echo z)#x `\n{{ a }}`'],
    ['behind "case" in parentheses', '(case x in x) echo {{ a }};; esac)'],
    ["behind $'…' with a backslash", "echo $'\\'' {{ a }}"],
    ['behind a here-document of unusual name', 'cat <<"E O F"\nE O F\necho {{ a }}'],
    ['behind single quotes in a quoted expansion', `echo "\${x:-'}" {{ a }}`],
  ])('are refused %s', (where, text) => {
    expect(linesOf(parse(text).findings)).toEqual([
      `1:${text.indexOf('{{') + 1} "{{ a }}" is ${where}, where its value cannot be quoted safely`,
    ]);
  });

  it.each([
    'cat <<EOF\nx\nEOF\necho {{ a }}',
    'cat <<A <<B\nx\nA\ny\nB\necho {{ a }}',
    'cat <<< x; echo {{ a }}',
    'echo $((1 << 2)) {{ a }}',
    'cat <<E\n$x $(date) ${y} `date`\nE\necho {{ a }}',
    "cat <<'E'\nx\\\nE\necho {{ a }}",
    "echo $$'x' {{ a }}",
    'echo "it\'s" {{ a }}',
    "echo it\\'s {{ a }}",
    'echo a#b {{ a }}',
    'echo ${#x} {{ a }}',
    "# it's a comment\necho {{ a }}",
    'case x in x) echo 1;; esac; echo {{ a }}',
    'f() { echo 1; }; echo {{ a }}',
    'echo "$(echo "x")" {{ a }}',
    'echo `date` {{ a }}',
    'echo ${x:-"}"} {{ a }}',
    "echo ${x:-'}'} {{ a }}",
  ])('are outside of quotes in %j', (text) => {
    const { template, findings } = parse(text);

    expect(findings).toEqual([]);
    expect(template.filter((part) => typeof part !== 'string')).toMatchObject([{ quote: 'none' }]);
  });
});

describe('a text that another shell reads again', () => {
  it.each([
    `bash -c 'echo {{ a }}'`,
    `sh -euc "echo {{ a }}"`,
    `eval "echo {{ a }}"`,
    `ssh host 'echo {{ a }}'`,
  ])('is warned of in %s', (text) => {
    expect(parse(text).findings).toMatchObject([{ level: 'warning', code: 'template-inner-shell' }]);
  });

  it.each([`python -c 'print({{ a }})'`, `bash -c 'x' {{ a }}`, `echo "{{ a }}"`])(
    'is not seen in %s',
    (text) => {
      expect(parse(text).findings).toEqual([]);
    },
  );
});

describe('values', () => {
  it.each([
    ['1e-4', '1e-4'],
    ['a b', "'a b'"],
    ["it's", `'it'\\''s'`],
    ['', "''"],
    ['-rf', "'-rf'"],
    ['a=b', "'a=b'"],
    ['$(id)', "'$(id)'"],
    ['; id', "'; id'"],
    ['if', "'if'"],
    ['outputs/x.pt', 'outputs/x.pt'],
    ['*', "'*'"],
    ['ä', "'ä'"],
  ])('%j is one word: %s', (value, text) => {
    expect(render('echo {{ a }}', { a: value })).toBe(`echo ${text}`);
  });

  it('quotes a number before a redirection, where it would name a descriptor', () => {
    expect(render('echo {{ a }}>file', { a: '2' })).toBe("echo '2'>file");
  });

  it('puts a raw value in as it is', () => {
    expect(render('python a.py {{ raw.a }}', { a: '--x 1 --y 2' })).toBe('python a.py --x 1 --y 2');
  });

  it('leaves texts that no shell reads unquoted', () => {
    expect(render('{{ a }}/x', { a: "it's" }, false)).toBe("it's/x");
  });

  it.each([
    ['{{ a }}', {}, '1:1 "{{ a }}" has no value'],
    ['{{ a }}', { a: 'x\0y' }, '1:1 a value with a NUL character cannot be in a command'],
    ['{{ a }}', { a: 'x'.repeat(200_000) }, ' a text of the spec is longer than 128 KiB'],
  ])('fails for %s with %j', (text, values, line) => {
    const { template } = parse(text);

    const findings = findingsOf(() => renderTemplate(template, new Map(Object.entries(values))));

    expect(linesOf(findings).map((one) => one.replace('1:1 a value', '1:1 a value'))).toHaveLength(1);
    expect(line).toContain(findings[0]?.message);
  });

  it('checks an output path again when it is filled in', () => {
    const { template } = parse('outputs/{{ a }}', false);

    expect(renderPath(template, new Map([['a', 'x']]))).toBe('outputs/x');
    expect(linesOf(findingsOf(() => renderPath(template, new Map([['a', '../../etc']]))))).toEqual([
      ' the path "outputs/../../etc" leaves the repository',
    ]);
  });
});

const SHELLS = ['sh', 'bash'].filter((shell) => existsSync(`/bin/${shell}`));
const SPECIAL = [
  "'",
  '"',
  '`',
  '$',
  '\\',
  '\n',
  ' ',
  ';',
  '&',
  '|',
  '(',
  ')',
  '*',
  '!',
  '#',
  '~',
  '{',
  '}',
  '-',
  '=',
  '\t',
  '$(id)',
  '${x}',
];
const value = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !text.includes('\0')),
  fc.array(fc.constantFrom(...SPECIAL, 'a', 'é'), { maxLength: 12 }).map((parts) => parts.join('')),
);

describe.each(SHELLS)('what %s makes of a rendered text', (shell) => {
  it('is exactly the values, for every kind of quotes', () => {
    const text = [
      `printf '%s\\0' {{ a }} '{{ a }}' "{{ a }}" x{{ a }}y 'x'{{ a }}"y{{ b }}z"`,
      `"$(printf %s "{{ a }}.")" # it's a comment`,
      `printf '%s\\0' {{ b }}{{ a }} '{{ b }}'"{{ a }}"`,
    ]
      .join(' ')
      .replace(' printf', '\nprintf')
      .replace('comment printf', 'comment\nprintf');

    fc.assert(
      fc.property(value, value, (a, b) => {
        const words = argumentsOf(shell, render(text, { a, b }));

        expect(words).toEqual([a, a, a, `x${a}y`, `x${a}y${b}z`, `${a}.`, `${b}${a}`, `${b}${a}`]);
      }),
      { numRuns: 100, examples: SPECIAL.map((special): [string, string] => [special, `x${special}`]) },
    );
  });
});

describe('any text', () => {
  it('is read without an error of ours, in time', () => {
    const piece = fc.constantFrom(
      ...SPECIAL,
      '{{ a }}',
      '{{',
      '}}',
      '${{ x }}',
      '<<',
      'EOF',
      'case ',
      '$((',
      '))',
      '<<<',
      'x',
    );

    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const { findings } = parse(pieces.join(''));

        expect(findings.every(({ location }) => location?.line === 1)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each(SHELLS)('shows the next test that %s runs a value put in raw', (shell) => {
    expect(statusOf(shell, guarded('x "$(echo PWNED)"'))).toBe('SIGKILL');
  });

  it.each(SHELLS)('that %s accepts never lets a value out of its word', (shell) => {
    const piece = fc.constantFrom(
      "'",
      '"',
      ' ',
      'x',
      '\\',
      '$x',
      '${x}',
      '${x:-y}',
      '$(echo z)',
      '(',
      ')',
      '#',
      '\n',
      ';',
      '<<E\n',
      '\nE\n',
      '{{ a }}',
      '{{ a }}',
    );
    const evil = '\'"`;\n$(echo PWNED)`echo PWNED`\necho PWNED\nE\necho PWNED #';

    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 14 }), (pieces) => {
        const { template, findings } = parse(pieces.join(''));
        if (findings.some(({ level }) => level === 'error')) return;
        const text = renderTemplate(template, new Map([['a', evil]]));

        expect(statusOf(shell, guarded(text))).not.toBe('SIGKILL');
      }),
      { numRuns: 200 },
    );
  });
});

/** Whatever the text runs: the value's own commands would kill it. */
function guarded(text: string): string {
  return `echo() { case "$*" in PWNED*) kill -9 $$;; esac; }\n${text}`;
}

function statusOf(shell: string, text: string): string {
  try {
    execFileSync(`/bin/${shell}`, ['-c', text], {
      stdio: 'ignore',
      timeout: 5000,
      env: { PATH: '/nowhere' },
    });
    return 'done';
  } catch (error) {
    return String((error as { signal?: unknown }).signal);
  }
}
