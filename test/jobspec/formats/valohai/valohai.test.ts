// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell's braces are among the words
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { findingsOf } from '../../read.ts';
import { readAll, readStep, STEP, stepWith, textOf, told, wordsOf } from './read.ts';

interface Vector {
  readonly name: string;
  /** The step's mapping. */
  readonly step: string;
  readonly params: Readonly<Record<string, string>>;
  /** What Valohai's own parser makes of it. */
  readonly text: string;
}

const VECTORS: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../../../golden/valohai/vectors.json', import.meta.url), 'utf8'),
);

function inFile(step: string): string {
  return `- step:\n${step.replace(/^/gm, '    ')}`;
}

describe('the command of a step', () => {
  it.each(VECTORS.map((vector) => [vector.name, vector] as const))(
    'is what Valohai runs: %s',
    (_, { step, params, text }) => {
      // Valohai's client gives a flag its default, and its parser, of which the text is, does not.
      const alone = step.includes('nice, type: flag, default: true') ? { nice: 'false' } : {};
      const job = readStep(inFile(step), { params: new Map(Object.entries({ ...alone, ...params })) });

      expect(textOf(job)).toBe(text);
    },
  );

  it.each([
    ['date', ['sh', '-c', 'date']],
    ['"#!/bin/bash -e\\ndate"', ['/bin/bash', '-e', '-c', '#!/bin/bash -e\ndate']],
    ['"#!/usr/bin/env bash\\ndate"', ['/usr/bin/env', 'bash', '-c', '#!/usr/bin/env bash\ndate']],
    [
      '"#!/usr/bin/env python3\\nprint(1)"',
      ['/usr/bin/env', 'python3', '-c', '#!/usr/bin/env python3\nprint(1)'],
    ],
  ])('%s starts as %j', (command, words) => {
    expect(wordsOf(readStep(stepWith(`command: ${command}`)))).toEqual(words);
  });

  it('keeps double braces and those of GitHub', () => {
    const text = 'echo "{{ x }} ${{ github.sha }} {{" {% raw %}';

    expect(textOf(readStep(stepWith(`command: '${text}'`)))).toBe(text);
  });

  it('takes lists of values that are given', () => {
    const text = stepWith('command: a {params}', 'parameters:', '  - {name: x, multiple: repeat}');

    expect(textOf(readStep(text, { params: new Map([['x', '[1.0, "b c"]']]) }))).toBe("a --x=1.0 '--x=b c'");
    expect(textOf(readStep(text, { params: new Map([['x', '1,2']]) }))).toBe('a --x=1,2');
  });

  it('takes names with dots, also as overrides', () => {
    const text = stepWith('command: a {params}', 'parameters:', '  - {name: model.lr, type: float}');

    expect(textOf(readStep(text, { params: new Map([['model.lr', '0.10']]) }))).toBe('a --model.lr=0.10');
    expect(textOf(readStep(text, { overrides: new Map([['params.model.lr', '2']]) }))).toBe('a --model.lr=2');
    expect(textOf(readStep(text, { overrides: new Map([['jobs.train-model.params.model.lr', '2']]) }))).toBe(
      'a --model.lr=2',
    );
  });

  it.each([
    ['echo "{params}"', '$(id)', 'error'],
    ["echo '{params}'", 'a b', 'error'],
    ['echo `echo {params}`', '$(id)', 'error'],
    ['echo "{params}"', 'plain', undefined],
    ['sh -c "echo {params}"', 'a b', undefined],
    ['echo {params}', '$(id)', undefined],
  ])('%s with the value %s: %s', (command, value, level) => {
    const text = stepWith(`command: ${JSON.stringify(command)}`, 'parameters:', '  - {name: x}');

    const findings = findingsOf(() => readAll(text, { params: new Map([['x', value]]) }));

    expect(findings.map((finding) => [finding.level, finding.code])).toEqual(
      level === undefined ? [] : [[level, 'template-place']],
    );
  });

  it('is replaced by one of the caller', () => {
    const text = stepWith('command: date');

    expect(readStep(text, { overrides: new Map([['command', '[ls]']]) }).command).toEqual({
      kind: 'arguments',
      words: [['ls']],
    });
    expect(readStep(text, { overrides: new Map([['run', 'ls']]) }).command).toEqual({
      kind: 'shell',
      shell: 'bash',
      lines: [['ls']],
    });
  });
});

describe('a step', () => {
  it('becomes a job in the image as it is, with the folders of Valohai', () => {
    const job = readStep(stepWith());

    expect(job).toMatchObject({
      name: 'train-model',
      spec: 'valohai.yaml',
      format: 'valohai',
      image: {
        kind: 'given',
        reference: { registry: 'docker.io', path: 'library/python', tag: '3.13-slim-bookworm' },
        workdir: '/valohai/repository',
      },
      outputs: { paths: [['outputs/']], declared: false, from: '/valohai' },
      timeout: 21_600,
    });
    expect(Object.fromEntries(job.env)).toEqual({
      VH_REPOSITORY_DIR: ['/valohai/repository'],
      VH_INPUTS_DIR: ['/valohai/inputs'],
      VH_OUTPUTS_DIR: ['/valohai/outputs'],
    });
  });

  it('hands its variables on, and leaves those without a value to the caller', () => {
    const job = readStep(
      stepWith(
        'environment-variables:',
        '  - {name: MODE, default: "{{ full }}"}',
        '  - {name: WORKERS, default: 4}',
        '  - {name: API_TOKEN}',
        '  - {name: DSN, optional: false}',
      ),
    );

    expect([...job.env].slice(3)).toEqual([
      ['MODE', ['{{ full }}']],
      ['WORKERS', ['4']],
    ]);
    expect(job.secrets).toEqual([
      { name: 'API_TOKEN', required: false, description: undefined },
      { name: 'DSN', required: true, description: undefined },
    ]);
  });

  it('asks for what it needs', () => {
    const { resources, timeout } = readStep(
      stepWith(
        'time-limit: 1h 30m 5s',
        'resources:',
        '  cpu: {min: 0.5, max: 4}',
        '  memory: {max: 100}',
        '  devices: {nvidia.com/gpu: 2}',
      ),
    );

    expect(timeout).toBe(5405);
    expect(resources).toMatchObject({
      cpu: { min: 0.5, max: 4 },
      memory: { max: 100 * 2 ** 20 },
      gpu: { count: { min: 2, max: 2 }, vendor: 'nvidia' },
    });
  });

  it('asks for parts of a CPU as small as they are written', () => {
    const { resources } = readStep(stepWith('resources: { cpu: { min: 0.03125 } }'));

    expect(resources.cpu).toEqual({ min: 0.03125 });
  });

  it.each([
    ['cpu: { min: 0 }', '5:23 error cpu: "0" is not a number of CPUs'],
    ['cpu: { min: 4, max: 2 }', '5:23 error cpu: it begins above its end'],
    ['memory: { max: -1 }', '5:26 error memory: -1048576 bytes are no space at all'],
    ['devices: { nvidia.com/gpu: 100 }', '5:45 error gpu.count: 100 GPUs are more than one machine has'],
  ])('is told where it asks for what there cannot be: %s', (written, problem) => {
    expect(told(stepWith(`resources: { ${written} }`))).toEqual([problem]);
  });

  it('is no choice of our own by an image that is called like one', () => {
    const { image } = readStep([STEP.replace(/image: .*/, 'image: auto'), '    command: date'].join('\n'));

    expect(image).toMatchObject({ kind: 'given', reference: { path: 'library/auto' } });
  });

  it('is refused for a NUL character in its command, at the command', () => {
    expect(told(stepWith('command: "date \\0"'))).toEqual(['4:14 error command: a NUL character']);
  });

  it.each([
    ['300', 300],
    ['"2 hours"', 7200],
    ['1.5h', 5400],
    ['1w', 604_800],
    ['1d 2s', 86_402],
  ])('of the time limit %s ends after %d seconds', (limit, seconds) => {
    expect(readStep(stepWith(`time-limit: ${limit}`)).timeout).toBe(seconds);
  });

  it('tells the run its values', () => {
    const job = readStep(
      stepWith(
        'parameters:',
        '  - {name: a.b, type: float, default: 1e-3}',
        '  - {name: f, type: flag}',
        '  - {name: l, multiple: separate, multiple-separator: "-", default: [1, 2]}',
        '  - {name: none, optional: true}',
        '  - {name: inf, type: float, default: .inf}',
      ),
      { params: new Map([['f', 'yes']]) },
    );

    expect(Object.fromEntries(job.params)).toEqual({
      'a.b': { type: 'float', text: '1e-3' },
      f: { type: 'bool', text: 'true' },
      l: { type: 'string', text: '1-2' },
      inf: { type: 'string', text: 'inf' },
    });
  });

  it('takes all words for people in silence', () => {
    const text = stepWith(
      'description: trains',
      'category: Training',
      'icon: https://example.com/a.svg',
      'outputs:',
      '  - {name: model, description: the model}',
      'parameters:',
      '  - {name: x, default: a, description: b, category: c, widget: {type: sql, settings: {width: 1}}}',
      '  - {name: y, default: a, widget: sql}',
      'inputs:',
      '  - {name: more, optional: true, description: not needed, keep-directories: suffix, download: on-demand}',
    );

    expect(told(text)).toEqual([]);
  });

  it('is overridden for a run', () => {
    const overrides = new Map([
      ['image', 'busybox:1.37'],
      ['timeout', '5m'],
      ['runs-on', 'gpu'],
    ]);
    const job = readStep(stepWith(), { overrides });

    expect(job.image).toMatchObject({ reference: { path: 'library/busybox' } });
    expect(job).toMatchObject({ timeout: 300, runsOn: { labels: ['gpu'] } });
  });

  it('stands on the defaults of the organisation', () => {
    const defaults = { path: 'defaults.yml', text: 'env: { TEAM: ml }\nshm: 1GB', format: 'jobimg' };

    const job = readStep(stepWith('environment-variables:', '  - {name: A, default: b}'), { defaults });

    expect(job.env.get('TEAM')).toEqual(['ml']);
    expect(job.env.get('A')).toEqual(['b']);
    expect(job.resources.shm).toBe(1e9);
  });
});

describe('names of jobs', () => {
  it('are those of the steps, made to fit a tag', () => {
    const names = ['Train Model (v2)', 'train-model-v2', 'all', '訓練', '訓練 2', '_x_'];
    const text = names.map((name) => `- step: {name: "${name}", image: "a:1", command: date}`).join('\n');

    expect(readAll(text, { job: 'all' }).jobs.map(({ name }) => name)).toEqual([
      'train-model-v2',
      'train-model-v2-2',
      'step-all',
      'step',
      '2',
      'x',
    ]);
  });

  it('can be given as the steps are called', () => {
    const text = `${stepWith()}\n- step: {name: Second one, image: "a:1", command: ls}`;

    expect(readStep(text, { job: 'Second one' }).name).toBe('second-one');
    expect(readStep(text, { job: 'second-one' }).name).toBe('second-one');
    expect(told(text, { job: 'secnd-one' })).toEqual(['job error the spec has no job "secnd-one"']);
  });
});

describe('anchors', () => {
  it('are followed, and taken over below the own keys', () => {
    const text = [
      '- step: &first',
      '    name: first',
      '    image: a:1',
      '    command: date',
      '    time-limit: 60',
      '- step:',
      '    <<: *first',
      '    name: second',
      '    command: ls',
    ].join('\n');

    const { jobs } = readAll(text, { job: 'all' });

    expect(jobs.map(({ name, timeout }) => [name, timeout])).toEqual([
      ['first', 60],
      ['second', 60],
    ]);
    expect(jobs.map(textOf)).toEqual(['date', 'ls']);
  });
});

describe('what has no effect or no meaning', () => {
  it.each([
    [['imagee: a'], ['5:5 error unknown key "imagee" in "step"']],
    [['parameters:', '  - {name: x, pas-as: a}'], ['6:19 error unknown key "pas-as" in "step.parameters.0"']],
    [['time-limit: soon'], ['5:17 error time-limit: "soon" is not a time limit']],
    [['time-limit: 0'], ['5:17 error time-limit: "0" is not a time limit']],
    [['command: ""'], ['4:14 error the command is empty']],
    [
      ['command: "#!/usr/bin/env node\\n1"'],
      ['4:14 error the command begins with "#!/usr/bin/env node", which no text can be given to'],
    ],
    [['parameters:', '  - {name: x, pass-as: "--x {val}"}'], ['6:28 error "{val}" refers to nothing']],
    [
      ['parameters:', '  - {name: x, default: [1]}'],
      ['6:28 error the default of the parameter "x" is a list'],
    ],
    [
      ['parameters:', '  - {name: x, type: flag, multiple: repeat}'],
      ['6:41 error the parameter "x" is a flag, which cannot be "multiple"'],
    ],
    [
      ['parameters:', '  - {name: x, type: int}'],
      ['6:25 error step.parameters.0.type: "int" is not one of string, integer, float, flag'],
    ],
    [
      ['parameters:', '  - {name: x, default: yes}'],
      [
        '6:28 warning the default of the parameter "x" is the bool True, as Valohai reads it, and is passed like that',
      ],
    ],
    [
      ['parameters:', '  - {name: x, type: integer, default: 11, max: 10}'],
      ['6:9 warning the default of the parameter "x": "11" is above the maximum, 10'],
    ],
    [
      ['command: a {parameter:lrr}', 'parameters:', '  - {name: lr, default: a}'],
      ['4:14 warning "{parameter:lrr}" names no parameter of the step, and is left as it is'],
    ],
    [
      ['upload-store: s3'],
      ['5:19 notice "upload-store" has no effect here: outputs come back to the folder of the run'],
    ],
    [['environment: aws-gpu'], ['5:18 notice "environment" has no effect here']],
    [
      ['environment-variable-groups: [aws]'],
      ['5:34 warning "environment-variable-groups" has no effect here'],
    ],
    [['no-output-timeout: 5m'], ['5:24 warning "no-output-timeout" has no effect here']],
    [
      ['inputs:', '  - {name: data, default: "s3://a/b"}'],
      ['6:31 warning the input "data": "s3://" is not fetched'],
    ],
    [['inputs:', '  - {name: data}'], ['6:9 notice the input "data" has no file']],
    [['mounts: ["a:/b"]'], ['5:14 warning "a" is not an absolute path']],
    [
      ['mounts: [{source: /a, destination: /b, type: nfs, options: {x: 1}}]'],
      [
        '5:14 notice "options" of a mount have no effect here',
        '5:14 warning a mount of the type "nfs" is not supported',
      ],
    ],
    [
      ['resources: {devices: {example.com/tpu: 1}}'],
      ['5:44 warning the device "example.com/tpu" cannot be asked for here'],
    ],
    [
      ['environment-variables: [{name: A, default: 1}, {name: A, default: 2}]'],
      ['5:52 warning the environment variable "A" is defined twice, and this definition is used'],
    ],
  ])('%j: %j', (lines, expected) => {
    expect(told(stepWith(...lines))).toEqual(expected);
  });

  it.each([
    ['a: 1', ['1:1 error a valohai.yaml is a list of steps']],
    ['', ['1:1 error a valohai.yaml is a list of steps']],
    ['[]', ['1:1 error the file has no step']],
    ['- a', ['1:3 error an item of the file is not a mapping']],
    ['- step: {name: a}', ['1:9 error "step.image" is missing', '1:9 error "step.command" is missing']],
    [`${STEP}\n    command: date\n- stepp: 1`, ['5:3 warning the item "stepp" is not supported']],
    [
      `${STEP}\n    command: date\n${STEP}\n    command: ls`,
      ['6:11 warning the step "Train model" is defined twice, and this definition is used'],
    ],
  ])('%j: %j', (text, expected) => {
    expect(told(text)).toEqual(expected);
  });

  it('is said of tasks, pipelines, endpoints and deployments', () => {
    const more = [
      '- task: {name: sweep, step: Train model, parameters: [{name: lr, style: multiple, rules: {items: [1, 2]}}]}',
      '- task: {name: lost, step: Train modle, parameter-sets: [{a: 1}]}',
      '- pipeline: {name: all of it, nodes: [{name: a, type: execution, step: Train model, override: {image: "b:1"}}, {name: b, type: task, task: swep}], edges: [[a.output.x, b.input.y]]}',
      '- endpoint: {name: serve, image: "a:1", port: 8000, wsgi: "a:b"}',
      '- deployment: {name: live, defaults: {target: x}}',
    ];

    expect(told([stepWith(), ...more].join('\n'))).toEqual([
      '5:9 notice the task "sweep" is 2 runs of the step "Train model"',
      '6:28 warning the task "lost" names "Train modle", which is not in the file',
      '7:13 notice the pipeline "all of it" is not run as a whole: its steps are the jobs train-model',
      '7:95 notice what "a" of the pipeline "all of it" overrides is not applied to its step',
      '7:140 warning "b" of the pipeline "all of it" names "swep", which is not in the file',
      '8:13 notice the endpoint "serve" is read, and nothing is deployed',
      '9:15 notice the deployment "live" is read, and nothing is deployed',
    ]);
  });
});

describe('a run', () => {
  it.each([
    [
      ['inputs:', '  - {name: data, default: "s3://a/b"}'],
      ['6:31 error the input "data": "s3://" is not fetched'],
    ],
    [['inputs:', '  - {name: data}'], ['6:9 error the input "data" has no file']],
    [['mounts: ["/a:/proc"]'], ['5:14 error nothing can be mounted at "/proc"']],
    [['parameters:', '  - {name: x}'], ['6:9 error the parameter "x" has no value']],
  ])('needs what %j asks for', (lines, expected) => {
    expect(told(stepWith(...lines), { toRun: true })).toEqual(expected);
  });

  it.each([
    ['x', 'abc', 'params error params "x": "abc" is not an integer'],
    ['x', '0', 'params error params "x": "0" is below the minimum, 1'],
    ['f', 'maybe', 'params error params "f": "maybe" is neither true nor false'],
    ['c', 'd', 'params error params "c": "d" is not one of a, b'],
    ['z', '1', 'params error unknown param "z"'],
  ])('is refused with %s=%s', (name, value, expected) => {
    const text = stepWith(
      'parameters:',
      '  - {name: x, type: integer, min: 1, optional: true}',
      '  - {name: f, type: flag}',
      '  - {name: c, choices: [a, b], optional: true}',
    );

    expect(told(text, { params: new Map([[name, value]]) })).toEqual([expected]);
  });

  it('is of one step, whatever the others lack', () => {
    const text = `${stepWith('inputs: [{name: data}]')}\n- step: {name: b, image: "a:1", command: ls}`;

    expect(told(text, { job: 'b', toRun: true })).toEqual([]);
  });
});
