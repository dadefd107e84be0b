import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../../../src/errors.ts';
import { STRICT } from '../../../../src/inputs/reading.ts';
import type { Job } from '../../../../src/jobspec/job/job.ts';
import { parseSpec, selectWithFindings } from '../../../../src/jobspec/parse.ts';
import { type Answer, askOriginals } from './originals.ts';

const COUNT = 80;
const SEED = 1;

type Format = 'valohai' | 'polyaxon';

/** What is known, and why it stays: by the text of the file, and by what we say. */
const DIFFERENCES: readonly {
  readonly why: string;
  is(text: string, ours: Answer, theirs: Answer): boolean;
}[] = [
  {
    why: 'Valohai gives a flag its default where it makes an execution; its parser, which is asked here, does not',
    is: (text) => /type: flag, default:/.test(text),
  },
  {
    why: 'a list of nothing gives "None" as a word of the command, which nobody means',
    is: (text, ours) => /default: \[(?:null|~), /.test(text) && 'refused' in ours,
  },
  {
    why: 'a name that nothing defines is empty to Polyaxon; here that is an error unless it is allowed',
    is: (_, ours, theirs) =>
      'refused' in ours && ours.refused.endsWith('is not known') && 'commands' in theirs,
  },
  {
    why: 'statements of Jinja are not supported, and the error says so',
    is: (_, ours) => 'refused' in ours && ours.refused.includes('statements are not supported'),
  },
  {
    why: 'a text times a number is the text twice to Python, which nobody means of a parameter',
    is: (_, ours) => 'refused' in ours && / and 2 cannot be combined$/.test(ours.refused),
  },
  {
    why: 'a value with "{{" is a text here; Polyaxon renders values again, and cannot render this one',
    is: (text, _, theirs) =>
      text.includes('"{{ x"') && 'refused' in theirs && theirs.refused.startsWith('Template'),
  },
];

function oursOf(format: Format, text: string): Answer {
  try {
    const path = format === 'valohai' ? 'valohai.yaml' : 'polyaxonfile.yml';
    const { jobs } = selectWithFindings(parseSpec({ path, text, format }, STRICT), {
      job: format === 'valohai' ? 'all' : undefined,
      repositoryName: 'acme',
    });
    return { commands: jobs.flatMap(commandsOf) };
  } catch (error) {
    if (error instanceof UserError) return { refused: error.message };
    throw error;
  }
}

function commandsOf({ command, strategy }: Job): readonly string[] {
  const all = strategy === undefined ? [command] : strategy.legs.map((leg) => leg.command ?? command);
  return all.map((one) => (one.kind === 'arguments' ? (one.words.at(-1)?.join('') ?? '') : ''));
}

const number = fc.constantFrom(
  '1',
  '0',
  '-3',
  '0.1',
  '1e-3',
  '1.0',
  '100000000000000000.0',
  '.5',
  '1_000',
  '0x1F',
  '1.e+3',
);
const word = fc.constantFrom(
  'a',
  'yes',
  '"1"',
  "'it''s'",
  'null',
  '"a b"',
  'é',
  '$HOME',
  '"{{ x"',
  'true',
  '~',
);
const scalar = fc.oneof(number, word);

const parameter = fc
  .record({
    type: fc.constantFrom('integer', 'float', 'string', 'flag'),
    default: fc.option(scalar),
    passAs: fc.option(fc.constantFrom('"--{name} {value}"', '"-p{v}"', '"{value}"', '"--{name}"')),
    optional: fc.boolean(),
    multiple: fc.option(fc.constantFrom('repeat', 'separate')),
  })
  .map((asked) => (name: string) => {
    const isList = asked.multiple !== null && asked.type !== 'flag';
    return [
      `name: ${name}`,
      `type: ${asked.type}`,
      ...defaultOf(asked.type, asked.default, isList),
      ...(asked.passAs === null ? [] : [`pass-as: ${asked.passAs}`]),
      ...(asked.optional ? ['optional: true'] : []),
      ...(isList ? [`multiple: ${asked.multiple}`] : []),
    ].join(', ');
  });

function defaultOf(type: string, value: string | null, isList: boolean): readonly string[] {
  if (value === null) return [];
  if (type === 'flag') return [`default: ${value === '1'}`];
  return [`default: ${isList ? `[${value}, ${value}]` : value}`];
}

const valohaiText = fc
  .record({
    parameters: fc.array(parameter, { maxLength: 4 }),
    commands: fc.array(
      fc.constantFrom(
        'python a.py {parameters}',
        'echo {parameter:p0} {parameter-value:p1}',
        'x {params} -- y',
        'date',
        'echo {unknown}',
      ),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ parameters, commands }) =>
    [
      '- step:',
      '    name: s',
      '    image: b',
      `    command: ${JSON.stringify(commands)}`,
      ...(parameters.length === 0 ? [] : ['    parameters:']),
      ...parameters.map((write, index) => `      - { ${write(`p${index}`)} }`),
    ].join('\n'),
  );

const values = fc.oneof(
  fc.array(scalar, { minLength: 1, maxLength: 3 }).map((all) => `{ values: [${all.join(', ')}] }`),
  fc.constantFrom(
    '{ range: [1, 5, 2] }',
    '{ range: "0:4:2" }',
    '{ range: [3, 4, 5, 6] }',
    '{ range: [3, 4] }',
    '{ range: { start: 1, stop: 4, step: 1 } }',
  ),
  fc.constantFrom(
    '{ linspace: "0:1:3" }',
    '{ linspace: "1:2:3:4" }',
    '{ linspace: [1, 2, 3] }',
    '{ logspace: "1:3:3" }',
    '{ geomspace: [1, 1000, 4] }',
  ),
);
const cmd = fc.constantFrom(
  'python a.py --lr={{ lr }}',
  'x {{ lr }} {{ b }}',
  '{% if lr %}a{% else %}b{% endif %}',
  'x {{ lr | upper }}',
  'x {{ lr * 2 }}',
  'x {{ params }}',
  'x {{ missing }}',
  'x {{ b ~ lr }} {# note #}',
);

const polyaxonText = fc
  .record({ lr: scalar, b: scalar, cmd, matrix: fc.option(values) })
  .map(({ lr, b, cmd: text, matrix }) =>
    [
      'version: 1',
      `kind: ${matrix === null ? 'experiment' : 'group'}`,
      'build: { image: a }',
      `params: { ${matrix === null ? `lr: ${lr}, ` : ''}b: ${b} }`,
      ...(matrix === null ? [] : [`hptuning: { matrix: { lr: ${matrix} } }`]),
      `run: { cmd: ${JSON.stringify(text)} }`,
    ].join('\n'),
  );

/** Only whether it is refused is compared, and the blanks of a command are not. */
function comparable(answer: Answer): unknown {
  return 'refused' in answer ? 'refused' : answer.commands.map((text) => text.split(/\s+/).join(' ').trim());
}

describe('generated files', () => {
  it.each([
    ['valohai', valohaiText],
    ['polyaxon', polyaxonText],
  ] as const)('of %s are read as its own parser reads them', async (format, any) => {
    const texts = [...new Set(fc.sample(any, { numRuns: COUNT, seed: SEED }))];

    const theirs = await askOriginals(texts.map((text) => ({ format, text })));

    const differing = texts.flatMap((text, index) => {
      const [ours, other] = [oursOf(format, text), theirs[index] ?? { refused: 'no answer' }];
      if (JSON.stringify(comparable(ours)) === JSON.stringify(comparable(other))) return [];
      if (DIFFERENCES.some(({ is }) => is(text, ours, other))) return [];
      return [{ text, ours, theirs: other }];
    });
    expect(theirs).toHaveLength(texts.length);
    expect(differing.slice(0, Number(process.env['SHOW'] ?? 5))).toEqual([]);
  });
});
