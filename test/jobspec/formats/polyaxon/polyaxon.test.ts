// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell variables are among the commands
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { polyaxon } from '../../../../src/jobspec/formats/polyaxon/index.ts';
import { parseSpec } from '../../../../src/jobspec/parse.ts';
import { blocksOf } from '../../../docs/snippets.ts';
import { readJob } from '../../read.ts';
import { BUILD, commandOf, HEAD, problemsOf, readFile, remarksOf } from './read.ts';

const BODY = `declarations:
  batch_size: 128
  lr: 0.1
`;
const STEPS = `  image: tensorflow/tensorflow:1.4.1-py3
  build_steps:
    - pip install scikit-learn
  env_vars:
    - ['MY_ENV_VAR_KEY1', 'MY_ENV_VAR_VALUE1']
    - ['MY_ENV_VAR_KEY2', 2.50]
`;
const COMMAND = '  cmd: python3 train.py --batch_size={{ batch_size }} --lr={{ lr }}\n';

describe('both dialects', () => {
  const later = `---\n${HEAD}${BODY}build:\n${STEPS}run:\n${COMMAND}`;
  const older = `---\n${HEAD}${BODY}run:\n${STEPS}${COMMAND}`;

  it('make the same job', () => {
    const [first, second] = [later, older].map((text) => {
      const { image, origins, ...job } = readFile(text).job;
      return {
        job,
        image: image.kind === 'built' ? { ...image, build: image.build.map(({ run }) => run) } : image,
      };
    });

    expect(first).toEqual(second);
    expect(first?.image).toMatchObject({
      base: { registry: 'docker.io', path: 'tensorflow/tensorflow', tag: '1.4.1-py3' },
      build: ['set +eu\npip install scikit-learn'],
      env: new Map([
        ['SHELL', '/bin/bash'],
        ['MY_ENV_VAR_KEY1', 'MY_ENV_VAR_VALUE1'],
        ['MY_ENV_VAR_KEY2', '2.5'],
      ]),
      requirements: 'none',
      user: 'root',
      workdir: '/code',
    });
    expect(first?.job.env.get('POLYAXON_PARAMS')).toEqual(['{"batch_size": 128, "lr": 0.1}']);
    expect(first?.job.params.get('lr')).toEqual({ type: 'float', text: '0.1' });
  });

  it('say which one is the older', () => {
    expect(remarksOf(later)).toEqual([]);
    expect(remarksOf(older)).toEqual([
      '8:3 the image is below "run", as up to Polyaxon 0.1.0; later versions want it below "build", and nothing needs to change here > ',
    ]);
  });

  it('cannot be used together', () => {
    expect(problemsOf(`${BUILD}run: { image: a, cmd: b }`)).toEqual([
      '3:8 the image is described below "build" and below "run" > keep "build", and leave nothing but "cmd" below "run"',
    ]);
  });
});

describe('commands', () => {
  it.each([
    ['cmd: a.py {{ x }}', 'a.py 1.0'],
    ['cmd: [a.py, "", b.py]', 'a.py && b.py'],
    ['cmd: |\n    a.py \\\n      --x={{ x }} \\\n      y', 'a.py --x=1.0 y'],
    ['cmd: |\n    a.py\n      --x=1\n      -y 2', 'a.py --x=1 -y 2'],
    ['cmd: find . -exec ls {} \\;', 'find . -exec ls {} \\;'],
    ['cmd: "echo $HOME ${X} $(date) `date`"', 'echo $HOME ${X} $(date) `date`'],
    ["cmd: \"echo '{{ '{{' }}'\"", "echo '{{'"],
  ])('%j are %s', (cmd, text) => {
    expect(commandOf(`${BUILD}params: { x: 1.0 }\nrun:\n  ${cmd}\n`)).toBe(text);
  });

  it.each([
    ['|\n    a.py\n    b.py', 'a.py b.py'],
    ['a.py "x  y"', 'a.py "x y"'],
  ])('that Polyaxon would have changed (%j) are run as they are, and the log says so', (cmd, theirs) => {
    expect(remarksOf(`${BUILD}run:\n  cmd: ${cmd}\n`)).toEqual([
      `5:8 the command is run as it is written; Polyaxon would have made one line of it: ${theirs} > if that was meant, write it in one line; for several commands write a list below "cmd"`,
    ]);
  });
});

describe('params', () => {
  const spec = `${BUILD}params: { lr: 0.1, layers: [1, 2], name: "a b", twice: "{{ lr * 2 }}" }\nrun: { cmd: "x {{ lr }} {{ layers[1] }} {{ twice }} {{ name }}" }\n`;

  it.each([
    [{}, 'x 0.1 2 0.2 a b'],
    [{ params: new Map([['lr', '1e-5']]) }, 'x 1e-05 2 2e-05 a b'],
    [{ overrides: new Map([['params.lr', '3']]) }, 'x 3 2 6 a b'],
    [{ overrides: new Map([['declarations.name', '"07"']]) }, 'x 0.1 2 0.2 07'],
    [{ params: new Map([['layers', '[5, 6]']]) }, 'x 0.1 6 0.2 a b'],
  ])('with %j are %s', (choice, text) => {
    expect(commandOf(spec, choice)).toBe(text);
  });

  it.each([
    ['params: { a: 1 }', '{{ b }}', '5:13 "{{ b }}": "b" is not known > did you mean "a"?'],
    ['params: { a: 1 }', '{{ a.b }}', '5:13 "{{ a.b }}": \'b\' cannot be read from it > '],
    ['params: { a: [1] }', '{{ a[1] }}', '5:13 "{{ a[1] }}": there are 1 items, and none is [1] > '],
    [
      'params: { a: 1 }',
      '{% if a %}',
      '5:13 "{% if a %}": statements are not supported > write {{ a if b else c }}, or one file per case',
    ],
    ['params: { a: 1 }', '{{ a', '5:13 "{{": it is not closed by "}}" > '],
    [
      'params: { a: 1 }',
      '{{ a|lenght }}',
      '5:13 "{{ a|lenght }}": the filter "lenght" is not known > did you mean "length"?',
    ],
    ['params: { a: 1 }', '{{ a / 0 }}', '5:13 "{{ a / 0 }}": it divides by zero > '],
    [
      'params: { a: "{{ b }}", b: "{{ a }}" }',
      'x',
      '4:14 a param refers to itself > write the value out in one of them',
    ],
    [
      'params: [a]',
      'x',
      '4:9 "params" must be a mapping from names to values > write it as in params: { lr: 0.1 }',
    ],
    [
      'params: {}\ndeclarations: {}',
      'x',
      '5:1 "params" and "declarations" cannot be used together > "declarations" is the older name of "params"; write all of them below one',
    ],
  ])('%s and %s: %s', (params, text, problem) => {
    expect(problemsOf(`${BUILD}${params}\nrun: { cmd: ${JSON.stringify(text)} }\n`)[0]).toBe(
      problem.replace('5:13', '5:14'),
    );
  });

  it('that nobody declared are refused', () => {
    expect(problemsOf(spec, { params: new Map([['lt', '1']]) })).toEqual([
      '?:? unknown param "lt" > did you mean "lr"?',
    ]);
  });

  it('may be declared with types', () => {
    const inputs = `${BUILD}inputs:\n  - { name: a, type: int }\n  - { name: f, type: bool, is_flag: true, is_optional: true, default: true }\nrun: { cmd: "x {{ a }} {{ f }}" }\n`;

    expect(commandOf(inputs, { params: new Map([['a', '3']]), toRun: true })).toBe('x 3 --f');
    expect(
      commandOf(inputs, {
        params: new Map([
          ['a', '3'],
          ['f', 'false'],
        ]),
      }),
    ).toBe('x 3');
    expect(problemsOf(inputs, { params: new Map([['a', 'b']]) })).toEqual([
      '5:5 the input "a": \'b\' is not of the type int > change the value or the type',
    ]);
    expect(problemsOf(inputs, { toRun: true })).toEqual([
      '5:5 the input "a" has no value > give it with the input "params" (--param a=…), or add a default and "is_optional: true"',
    ]);
    expect(problemsOf(inputs)).toEqual([]);
  });
});

describe('what a rendered text says', () => {
  it('is no placeholder of ours', () => {
    const { job } = readFile(`${BUILD}run: { cmd: "x {{ '{' ~ '{ run.id }' ~ '}' }}" }`);

    expect(job.command).toMatchObject({ words: [['/bin/bash'], ['-c'], ['x {{ run.id }}']] });
  });

  it('is refused for a NUL character', () => {
    expect(problemsOf(`${BUILD}run: { cmd: "x \\0" }`)).toEqual([
      '4:13 command: a NUL character > no program can receive one',
    ]);
  });

  it('is known to a command that the caller gives', () => {
    const overrides = new Map([['run', 'ls "{{ env.POLYAXON_OUTPUTS_PATH }}"']]);

    expect(readFile(`${BUILD}run: { cmd: x }`, { overrides }).job.command.kind).toBe('shell');
  });
});

describe('resources', () => {
  it('are counts and MiB', () => {
    const environment =
      'environment: { resources: { gpu: { requests: 1, limits: 2 }, cpu: { limits: 0.5 }, memory: { requests: 512, limits: 1024 } } }';

    expect(readFile(`${BUILD}${environment}\nrun: { cmd: x }`).job.resources).toEqual({
      gpu: { count: { min: 2, max: 2 }, names: [], optional: false },
      cpu: { max: 0.5 },
      memory: { min: 512 * 2 ** 20, max: 1024 * 2 ** 20 },
    });
  });

  it('are as exact as they are written', () => {
    const environment = 'environment: { resources: { cpu: { limits: 0.0625 }, memory: { limits: 0.25 } } }';

    expect(readFile(`${BUILD}${environment}\nrun: { cmd: x }`).job.resources).toMatchObject({
      cpu: { max: 0.0625 },
      memory: { max: 2 ** 18 },
    });
  });

  it.each([
    [
      'gpu: { request: 1 }',
      '4:36 unknown key "request" in "environment.resources.gpu" > did you mean "requests"? "strict: false" (--no-strict) passes over it',
    ],
    ['gpu: { limits: 0.5 }', '4:34 environment.resources.gpu: 0.5 is not a whole number of GPUs > write 1'],
    [
      'tpu: { limits: 8 }',
      '4:34 "environment.resources.tpu": there are no TPUs here > remove it, or ask for "gpu"',
    ],
  ])('with %s are refused', (resources, problem) => {
    const text = `${BUILD}environment: { resources: { ${resources} } }\nrun: { cmd: x }`;

    expect(problemsOf(text)).toEqual([problem]);
  });
});

describe('restarts of a run', () => {
  it.each([
    ['3', { max: 3, on: ['interruption', 'error'], backoff: 10 }],
    ['0', undefined],
  ])('of max_restarts: %s are its retry', (restarts, retry) => {
    const { job, findings } = readFile(`${BUILD}environment: { max_restarts: ${restarts} }\nrun: { cmd: x }`);

    expect([job.retry, findings]).toEqual([retry, []]);
  });
});

describe('the replicas of PyTorch', () => {
  it.each([
    ['framework: pytorch\nenvironment: { replicas: { n_workers: 3 } }', 4],
    ['environment: { pytorch: { n_workers: 1, n_ps: 0 } }', 2],
    [
      'environment: { resources: { gpu: { limits: 8 } }, pytorch: { n_workers: 1, default_worker: { resources: { gpu: { limits: 8 } } } } }',
      2,
    ],
  ])('%s are nodes beside the master, each with its rank', (more, count) => {
    const { job } = readFile(`${BUILD}${more}\nrun: { cmd: python train.py }`);

    expect(job?.nodes).toEqual({ count, outputs: 'first' });
    expect(JSON.stringify(job?.command)).toContain('export RANK=\\"$NODE_RANK\\"; python train.py');
  });

  it('that are none beside the master are one process', () => {
    const { job } = readFile(`${BUILD}environment: { pytorch: { n_workers: 0 } }\nrun: { cmd: x }`);

    expect(job?.nodes).toBeUndefined();
  });
});

describe('what cannot be as it was', () => {
  it.each([
    [
      'tags: [a]\nframework: keras',
      '4:7 "tags", "framework": for people and for pages of Polyaxon, without effect here > ',
    ],
    [
      'environment: { node_selector: { a: b } }',
      '4:31 "environment.node_selector": choose a machine of a cluster, without effect here > choose the runner: --override \'runs-on=[self-hosted, gpu]\'',
    ],
    [
      'environment: { secret_refs: [s] }',
      '4:29 "environment.secret_refs": secrets of a cluster, which the run does not get > name the variables that hold them: --override \'secrets=[NAME]\', with their values in the environment',
    ],
    [
      'backend: kubeflow',
      '4:10 "backend": without effect here: where a run goes is said by a "backend" of ours > ',
    ],
    ['environment: { max_restarts: 0, replicas: { n_workers: 0 }, persistence: {} }', undefined],
    ['framework: pytorch\nenvironment: { replicas: { n_workers: 3 } }', undefined],
  ])('%s is said', (more, remark) => {
    expect(remarksOf(`${BUILD}${more}\nrun: { cmd: x }`)).toEqual(remark === undefined ? [] : [remark]);
  });

  it.each([
    [
      'environment: { replicas: { n_workers: 2 } }',
      '4:26 "environment.replicas": no "framework: pytorch" says how the replicas meet > write "framework: pytorch", if they do so',
    ],
    [
      'framework: tensorflow\nenvironment: { replicas: { n_workers: 2, n_ps: 1 } }',
      '5:26 "environment.replicas": TF_CONFIG and parameter servers of TensorFlow are not set up here > write it as a jobimg.yml with "nodes", whose programs meet by MASTER_ADDR and NODE_RANK',
    ],
    [
      'environment: { horovod: { n_workers: 2 } }',
      '4:25 "environment.horovod": mpirun starts its processes by ssh, which no node of a run has > write it as a jobimg.yml with "nodes", whose programs meet by MASTER_ADDR and NODE_RANK',
    ],
    [
      'environment: { resources: { gpu: { limits: 8 } }, pytorch: { n_workers: 2, default_worker: { resources: { gpu: { limits: 4 } } } } }',
      '4:60 "environment.pytorch": each node gets what the master gets, and these workers ask for something else > give them the resources of the master, or write a jobimg.yml with "nodes"',
    ],
    [
      'environment: { pytorch: { n_workers: some } }',
      '4:25 "environment.pytorch": it has no whole number of workers > write "n_workers: 3"',
    ],
    [
      'backend: mpi',
      '4:10 "backend": mpirun starts its processes by ssh, which no node of a run has > write it as a jobimg.yml with "nodes", whose programs meet by MASTER_ADDR and NODE_RANK',
    ],
    [
      'foo: 1',
      '4:1 unknown key "foo" > known: version, kind, name, description, tags, logging, inputs, outputs, declarations, params, environment, backend, framework, hptuning, settings, build, run',
    ],
    ['enviroment: {}', '4:1 unknown key "enviroment" > did you mean "environment"?'],
    ['image: a', '4:1 unknown key "image" > write it below "build"'],
  ])('%s is refused', (more, problem) => {
    expect(problemsOf(`${BUILD}${more}\nrun: { cmd: x }`)).toEqual([problem]);
  });

  it.each([
    [
      'image: a b',
      '3:17 build.image: "a b" is not an image reference: the parts of its name are letters and digits in lower case, with single ".", "_" or "-" between them > ',
    ],
    [
      'dockerfile: D, image: a',
      '3:22 "image" and "dockerfile" cannot be used together > remove one: the base of a Dockerfile is in its FROM line',
    ],
    [
      'ref: 3',
      '3:15 "build.ref": an earlier build in Polyaxon is not known here > write "image:" or "dockerfile:" in its place; what is unchanged is not built again',
    ],
    ['nocache: true', '3:8 no image is named > write, for example: build: { image: python:3.12-slim }'],
    ['image: a, build_step: [b]', '3:20 unknown key "build_step" in "build" > did you mean "build_steps"?'],
    ['image: a, env_vars: [[A]]', "3:31 env_vars: a variable is a list of two > write [NAME, 'value']"],
    [
      'image: a, env_vars: [[API_KEY, b]]',
      '3:31 env_vars: "API_KEY" looks like a secret, and the image would keep its value > remove it, and give it to the run: --override \'secrets=[API_KEY]\', with its value in the environment',
    ],
    [
      'image: a, env_vars: [[DB, "pg://me:s3cret@db"]]',
      '3:31 env_vars: "DB" is an address with a password, and the image would keep it > remove it, and give it to the run: --override \'secrets=[DB]\', with its value in the environment',
    ],
  ])('build: { %s } is refused', (build, problem) => {
    expect(problemsOf(`${HEAD}build: { ${build} }\nrun: { cmd: x }`)).toEqual([problem]);
  });

  it.each([
    [
      'version: 1.1\nkind: component\nrun: { kind: job, container: { image: "a:1", command: [python, a.py] } }',
      '1:10 this polyaxonfile is of a later version (1.1), and version 1 is read here > `jobimg convert polyaxonfile.yml` writes the jobimg.yml for it, and tells what it leaves out',
    ],
    [
      'version: 1\nkind: operation',
      '2:7 this polyaxonfile is of a later version (1.1), and version 1 is read here > `jobimg convert polyaxonfile.yml` writes the jobimg.yml for it, and tells what it leaves out',
    ],
    [
      'version: one\nkind: experiment',
      '1:10 "one" is not a version of the polyaxonfile > write "version: 1"',
    ],
    [
      'version: 1\nkind: notebook',
      '2:7 kind: "notebook" is not a single run > a notebook is a service; for a shell in its image write "kind: job", add "cmd: bash" below "run", and use `jobimg shell`',
    ],
  ])('%j is answered', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it.each([['{ lr: { uniform: [0, 1] } }', 'matrix.lr: the values cannot be listed']])(
    'a group over %s: %s',
    (matrix, message) => {
      const text = `version: 1\nkind: group\nhptuning: { matrix: ${matrix} }\nbuild: { image: a }\nrun: { cmd: "x {{ lr }}" }`;

      expect(problemsOf(text).join('\n')).toContain(message);
    },
  );
});

describe('a file of kind build', () => {
  const text = 'version: 1\nkind: build\nname: Base_1\nimage: python:3.12\nbuild_steps: [ls]\n';

  it('makes an image', () => {
    const { name, image, command } = readFile(text).job;

    expect({ name, kind: image.kind, command }).toEqual({
      name: 'base_1',
      kind: 'built',
      command: { kind: 'arguments', words: [] },
    });
  });

  it('runs nothing', () => {
    expect(problemsOf(text, { toRun: true })).toEqual([
      '1:1 a file of kind "build" makes an image and runs nothing > build it alone (jobimg build), or write "kind: job" with "run: { cmd: … }"',
    ]);
  });
});

describe('what the caller adds', () => {
  const text = `${BUILD}run: { cmd: x }`;

  it('replaces values by our own names', () => {
    const overrides = new Map([
      ['image.user', '1000'],
      ['secrets', '[HF_TOKEN]'],
      ['timeout', '1h'],
      ['env', '{ POLYAXON_NO_OP: "false" }'],
    ]);

    const { job } = readFile(text, { overrides });

    expect(job).toMatchObject({ timeout: 3600, secrets: [{ name: 'HF_TOKEN' }], image: { user: '1000' } });
    expect(job.env.get('HOME')).toBeUndefined();
    expect(job.env.get('POLYAXON_NO_OP')).toEqual(['false']);
  });

  it('replaces the image', () => {
    const { job } = readFile(text, { overrides: new Map([['image', 'python:3.13']]) });

    expect(job.image).toMatchObject({ kind: 'given', reference: { tag: '3.13' } });
    expect(job.env.get('POLYAXON_RUN_OUTPUTS_PATH')).toEqual(['outputs']);
  });

  it('stands below the file when it is a file of defaults', () => {
    const defaults = { path: 'org.yml', text: 'timeout: 2h\nrun: y\nenv: { A: b }', format: 'jobimg' };

    const { job } = readFile(text, { defaults });

    expect({ timeout: job.timeout, a: job.env.get('A') }).toEqual({ timeout: 7200, a: ['b'] });
    expect(commandOf(text, { defaults })).toBe('x');
  });
});

describe('a file', () => {
  it('may hold anchors and merge keys', () => {
    const text = `${HEAD}params: { base: &base { lr: 0.1, n: 1 }, mine: { <<: *base, n: 2 } }\nbuild: { image: a }\nrun: { cmd: "x {{ mine.lr }} {{ mine.n }}" }`;

    expect(commandOf(text)).toBe('x 0.1 2');
  });

  it.each([
    ['version: 1\nkind: experiment\n', true],
    ['{ "version": 1 }', false],
    ['run: python train.py\n', false],
  ])('%j is one by what is in it: %s', (text, isOne) => {
    expect(polyaxon.recognises?.(text, 'train.yml')).toBe(isOne);
  });

  it('has one of fifteen names', () => {
    expect(polyaxon.fileNames).toHaveLength(15);
    expect(parseSpec({ path: 'x.yml', text: `${BUILD}run: { cmd: x }`, format: 'polyaxon' }).format).toBe(
      'polyaxon',
    );
  });
});

describe('what is shown', () => {
  const root = new URL('../../../../', import.meta.url);
  const show = (path: string) => readFileSync(new URL(path, root), 'utf8');

  it('in the example runs as it is', () => {
    const text = show('examples/polyaxon/polyaxonfile.yml');

    expect(commandOf(text, { toRun: true })).toBe('python3 train.py --batch_size=128 --lr=0.1');
    expect(remarksOf(text)).toEqual([]);
  });

  it('in the document before and after asks for the same', () => {
    const blocks = blocksOf('docs/from-polyaxon.md');
    const before = blocks.find(({ file }) => file === 'polyaxonfile.yml')?.text ?? '';
    const after = blocks.find(({ isSpec }) => isSpec)?.text ?? '';

    const [first, second] = [readFile(before).job, readJob(after)];

    expect(first.resources.gpu).toEqual(second.resources.gpu);
    expect(first.resources.memory?.max).toEqual(second.resources.memory?.max);
    expect(first.image).toMatchObject({
      base: { path: 'pytorch/pytorch', tag: '2.7.1-cuda12.6-cudnn9-runtime' },
    });
    expect(first.params).toEqual(second.params);
  });
});
