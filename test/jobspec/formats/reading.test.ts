import { describe, expect, it } from '@jest/globals';
import { type ReadingRules, STRICT } from '../../../src/inputs/reading.ts';
import { findSpec } from '../../../src/jobspec/find.ts';
import { parseSpec, selectWithFindings } from '../../../src/jobspec/parse.ts';
import { findingsOf } from '../read.ts';
import { BUILD, commandOf, problemsOf, readFile, shown } from './polyaxon/read.ts';
import { readAll, stepWith, told } from './valohai/read.ts';

const LOOSE: ReadingRules = { ...STRICT, strict: false };
const EMPTY: ReadingRules = { ...STRICT, undefinedNames: 'empty' };

/** Polyaxon's own example of CIFAR-10 with Ignite has a key of this kind. */
const MISTYPED = `${BUILD}environment:
  resources:
    gpu: { request: 1, limits: 1 }
run: { cmd: python train.py }
`;

describe('keys that nobody knows', () => {
  it('are errors of a polyaxonfile, unless the caller says otherwise', () => {
    expect(problemsOf(MISTYPED)).toEqual([
      '6:12 unknown key "request" in "environment.resources.gpu" > did you mean "requests"? "strict: false" (--no-strict) passes over it',
    ]);

    const { job, findings } = readFile(MISTYPED, {}, LOOSE);

    expect(job.resources.gpu?.count).toEqual({ min: 1, max: 1 });
    expect(findings.map(({ level, code, location }) => [level, code, location?.line])).toEqual([
      ['warning', 'unknown-key', 6],
    ]);
  });

  it('are passed over at any depth of a valohai.yaml', () => {
    const text = stepWith(
      'commnd: x',
      'parameters: [{ name: lr, defalt: 1, default: 2 }]',
      'mounts: [{ source: /a, destination: /b, read-only: true }]',
    );

    const { jobs, findings } = readAll(text, {}, LOOSE);

    expect(jobs[0]?.params.get('lr')?.text).toBe('2');
    expect(findings.filter(({ code }) => code === 'unknown-key').map(({ message }) => message)).toEqual([
      'unknown key "defalt" in "step.parameters.0"',
      'unknown key "read-only" in "step.mounts.0"',
      'unknown key "commnd" in "step"',
    ]);
    expect(told(text)).toHaveLength(3);
  });

  it('stay errors of our own format', () => {
    const file = { path: 'jobimg.yml', text: 'run: x\ntimout: 5m\n', format: 'jobimg' };

    expect(findingsOf(() => parseSpec(file, LOOSE))).toHaveLength(1);
  });

  it('do not make up for what is missing', () => {
    const text = '- step:\n    name: a\n    imgae: b\n    command: c\n';

    expect(findingsOf(() => readAll(text, {}, LOOSE)).map(({ message }) => message)).toEqual([
      '"step.image" is missing',
    ]);
  });
});

describe('names that nobody declared', () => {
  const text = `${BUILD}params: { a: { b: 1 } }\nrun:\n  cmd: x {{ missing }}-{{ a.c }}-{{ missing|length }}-{{ "t" if missing else "f" }}\n`;

  it('are errors, unless they are to be empty', () => {
    expect(problemsOf(text)).toHaveLength(4);
    expect(commandOf(text, {}, EMPTY)).toBe('x --0-f');
    expect(readFile(text, {}, EMPTY).findings.map(shown)).toEqual([
      '6:10 "{{ missing }}": "missing" is not known > known: a',
      '6:24 "{{ a.c }}": there is no \'c\' in it > known: b',
      '6:34 "{{ missing|length }}": "missing" is not known > known: a',
      '6:55 "{{ "t" if missing else "f" }}": "missing" is not known > known: a',
    ]);
  });

  it('are not said where the file asks for them', () => {
    const asked = `${BUILD}run: { cmd: "x {{ missing|default(7) }} {{ missing is defined }}" }\n`;

    expect(commandOf(asked, {}, EMPTY)).toBe('x 7 False');
    expect(readFile(asked, {}, EMPTY).findings).toEqual([]);
  });

  it('have no members, as in Jinja', () => {
    const member = `${BUILD}run: { cmd: "x {{ missing.a }}" }\n`;

    expect(findingsOf(() => readFile(member, {}, EMPTY)).map(({ message }) => message)).toEqual([
      '"{{ missing.a }}": \'a\' cannot be read from what is not known',
    ]);
  });
});

describe('several files', () => {
  const BASE = `${BUILD}params: { lr: 0.1, net: { layers: [1, 2], size: 3 } }\nrun: { cmd: "train {{ lr }} {{ net }}" }\n`;
  const files = (contents: Readonly<Record<string, string>>) => ({
    has: (path: string) => path in contents,
    text: (path: string) => contents[path],
    list: () => Object.keys(contents),
  });
  const read = (contents: Readonly<Record<string, string>>, paths = Object.keys(contents)) =>
    selectWithFindings(parseSpec(findSpec(files(contents), paths)), { repositoryName: 'acme' });

  it('are one spec in which a later one wins', () => {
    const over =
      'params: { lr: 0.5, net: { layers: [9] } }\nenvironment: { resources: { gpu: { limits: 2 } } }\n';

    const [job] = read({ 'polyaxonfile.yml': BASE, 'over.yml': over }).jobs;

    expect(job?.command).toMatchObject({
      words: [['/bin/bash'], ['-c'], ["train 0.5 {'layers': [9], 'size': 3}"]],
    });
    expect(job?.resources.gpu?.count).toEqual({ min: 2, max: 2 });
    expect(job).toMatchObject({ spec: 'polyaxonfile.yml', overlays: ['over.yml'] });
  });

  it('keep the places that their values came from', () => {
    const over = '# nothing\nenvironment: { resources: { gpu: { limts: 2 } } }\n';

    const [finding] = findingsOf(() => read({ 'polyaxonfile.yml': BASE, 'over.yml': over }));

    expect(finding?.location).toEqual({ file: 'over.yml', line: 2, column: 36 });
  });

  it('may tell only together what they are', () => {
    const { jobs } = read({ 'a.yml': 'params: { lr: 2 }\n', 'b.yml': BASE });

    expect(jobs[0]?.params.get('lr')?.text).toBe('0.1');
  });

  it.each([
    [{ 'jobimg.yml': 'run: x', 'more.yml': 'gpu: 1' }, /only polyaxonfiles are merged/],
    [{ 'polyaxonfile.yml': BASE, 'valohai.yaml': '- step:' }, /one is a polyaxon file, one of valohai/],
    [{ 'polyaxonfile.yml': BASE, 'jobimg.yml': 'run: x' }, /one is a polyaxon file, one of jobimg/],
  ])(
    'of which some cannot be merged are refused (%#)',
    (contents: Readonly<Record<string, string>>, message) => {
      const [finding] = findingsOf(() => read(contents));

      expect(finding?.message).toMatch(message);
      expect(finding?.hint).toBeDefined();
    },
  );

  it('must all be there', () => {
    const [finding] = findingsOf(() => read({ 'polyaxonfile.yml': BASE }, ['polyaxonfile.yml', 'nope.yml']));

    expect(finding?.message).toBe('the spec "nope.yml" does not exist');
  });
});
