// biome-ignore-all lint/suspicious/noTemplateCurlyInString: braces of others are what is tested
import { describe, expect, it } from '@jest/globals';
import { JobFields } from '../../src/jobspec/fields/job.ts';
import { findingsOf } from '../../src/jobspec/findings/problems.ts';
import { makeJob } from '../../src/jobspec/make/make-job.ts';
import {
  literalNode,
  type MapNode,
  mapNode,
  type Node,
  plain,
  textNode,
  valueNode,
} from '../../src/jobspec/yaml/node.ts';

const PLACE = { file: 'other.yml', line: 3, column: 5 };

function map(entries: Readonly<Record<string, Node>>): MapNode {
  return mapNode(
    Object.entries(entries).map(([name, value]) => [name, { key: PLACE, value }]),
    PLACE,
  );
}

function list(...items: readonly Node[]): Node {
  return { kind: 'list', items, location: PLACE };
}

function made(root: MapNode) {
  const fields = JobFields.parse(plain(root));
  return makeJob({
    name: 'a',
    spec: 'other.yml',
    format: 'other',
    fields,
    root,
    given: new Map(),
    toRun: true,
  });
}

/** `message` of each problem at the place of the node. */
function problemsOf(root: MapNode): readonly string[] {
  const { error } = JobFields.safeParse(plain(root));
  const findings = findingsOf(error?.issues ?? [], root, () => []);
  return findings.map(({ message, location }) => `${location?.line}:${location?.column} ${message}`);
}

const BRACES = '{{ lr }} ${{ x }} {{ {x}';

describe('a literal', () => {
  it('is a text in which no placeholder is looked for', () => {
    const { job, findings } = made(
      map({
        command: list(literalNode('sh', PLACE), literalNode(BRACES, PLACE)),
        env: map({ A: literalNode(BRACES, PLACE) }),
        outputs: list(literalNode('out/{{ x }}', PLACE)),
      }),
    );

    expect(findings).toEqual([]);
    expect(job.command).toEqual({ kind: 'arguments', words: [['sh'], [BRACES]] });
    expect(job.env.get('A')).toEqual([BRACES]);
    expect(job.outputs.paths).toEqual([['out/{{ x }}']]);
  });

  it('is refused where the same text would be', () => {
    const { findings } = made(map({ command: list(literalNode('a\0', PLACE)) }));

    expect(findings.map(({ message }) => message)).toEqual(['command: a NUL character']);
  });

  it('keeps the place of a placeholder behind it known to the shell', () => {
    const { job } = made(map({ run: list(literalNode("echo '", PLACE), textNode('{{ run.id }}', PLACE)) }));

    expect(job.command).toMatchObject({ lines: [["echo '"], [{ name: 'run.id', quote: 'single' }]] });
  });
});

describe('a value that needs no reading', () => {
  it('is the value of the field', () => {
    const { job } = made(
      map({
        image: valueNode({ registry: 'docker.io', path: 'library/auto' }, PLACE),
        command: list(literalNode('a', PLACE)),
        gpu: valueNode(2, PLACE),
        cpu: valueNode({ min: 0.125, max: 4 }, PLACE),
        memory: valueNode({ max: 2 ** 30 }, PLACE),
        timeout: valueNode(90, PLACE),
        secrets: map({ TOKEN: map({ required: valueNode(false, PLACE) }) }),
      }),
    );

    expect(job.image).toEqual({ kind: 'given', reference: { registry: 'docker.io', path: 'library/auto' } });
    expect(job.resources).toMatchObject({
      gpu: { count: { min: 2, max: 2 }, names: [] },
      cpu: { min: 0.125, max: 4 },
      memory: { max: 2 ** 30 },
    });
    expect(job.timeout).toBe(90);
    expect(job.secrets).toEqual([{ name: 'TOKEN', required: false, description: undefined }]);
  });

  it.each([
    ['cpu', { min: 0 }, 'cpu: "0" is not a number of CPUs'],
    ['cpu', { min: 8, max: 4 }, 'cpu: it begins above its end'],
    ['memory', { max: -1 }, 'memory: -1 bytes are no space at all'],
    ['memory', { max: 1.5 }, 'memory: 1.5 bytes are not a size'],
    ['timeout', 0, 'timeout: 0 seconds are not a time limit'],
    ['gpu', 65, 'gpu: 65 GPUs are more than one machine has'],
    ['gpu', 0, 'gpu: "0" means no GPU'],
  ])('of %s is checked like its text: %j', (key, content, message) => {
    expect(problemsOf(map({ [key]: valueNode(content, PLACE) }))).toEqual([`3:5 ${message}`]);
  });

  it('is refused where a field takes text alone', () => {
    expect(problemsOf(map({ name: valueNode(1, PLACE) }))).toEqual([
      '3:5 name: expected one value, found one value',
    ]);
  });

  it.each([
    ['gpu', true],
    ['cpu', 1],
    ['timeout', {}],
    ['image', 1],
  ])('of another kind than the field %s has is a mistake of its reader', (key, content) => {
    expect(() => problemsOf(map({ [key]: valueNode(content, PLACE) }))).toThrow(TypeError);
  });
});
