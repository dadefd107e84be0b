// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a shell are among the words
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { convert } from '../../src/convert/convert.ts';
import { UserError } from '../../src/errors.ts';
import { parseSpec, selectJobs } from '../../src/jobspec/parse.ts';
import { anyTree } from '../jobspec/any-yaml.ts';
import { fuzzRuns } from '../jobspec/fuzz-runs.ts';
import { illTold } from '../jobspec/ill-told.ts';

/** A spec that jobimg reads and lines at places of the file, or an error that says what is wrong. */
function check(path: string, text: string, words?: readonly string[]): void {
  const file = new RegExp(`^${path.replaceAll('.', '\\.')}$`);
  try {
    const converted = convert({ path, text, words });
    const parsed = parseSpec({ path: 'jobimg.yml', text: converted.text, format: 'jobimg' });
    expect(selectJobs(parsed, { job: 'all', repositoryName: 'acme' })).not.toEqual([]);
    const places = converted.findings.filter(
      ({ location }) => !file.test(location?.file ?? '') && location?.file !== 'command line',
    );
    expect(places).toEqual([]);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(illTold(error.findings, text, file)).toEqual([]);
  }
}

const PYTHON = [
  ...[
    'from metaflow import FlowSpec, step, Parameter\n',
    'from zenml import pipeline, step\n',
    'class F(FlowSpec):\n',
  ],
  ...[
    '    @step\n',
    '    def start(self):\n        self.next(self.end)\n',
    "    @kubernetes(gpu=1, image='a:1', memory=X)\n",
  ],
  ...[
    "    @pypi(packages={'a': '1', **B}, python='3.12')\n",
    "    @conda(libraries={'b': '>=2'})\n",
    '    @timeout(hours=2)\n',
  ],
  ...[
    "    x = Parameter('x', default={{ x }})\n",
    "    lr = Parameter('lr', default=0.1, type=float)\n",
    'X = [X, X]\n',
  ],
  ...[
    '@pipeline(settings={"docker": D, "resources": R})\n',
    'D = DockerSettings(requirements=["a"], environment={"K": os.environ["K"]})\n',
  ],
  ...[
    'R = ResourceSettings(gpu_count=1, memory="1GB")\n',
    'def p(a=1, *b, c: int = 2): ...\n',
    'if __name__ == "__main__":\n    F()\n',
  ],
  ...[
    '@click.option("--a", default="{{ a }}")\n',
    "    @environment(vars={'JOBIMG_X': '1', 'A B': 'c\\x1b', 'C': '{{ d }}'})\n",
  ],
  ...[
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '"""',
    '\\',
    '\n',
    '  ',
    '\t',
    '#',
    ',',
    '=',
    ':',
    '@',
    'f"{',
    '*',
    '**',
    'lambda: 0',
    '\0',
  ],
];

const KEYS = [
  ...[
    'version',
    'kind',
    'name',
    'component',
    'run',
    'container',
    'image',
    'command',
    'args',
    'env',
    'value',
    'resources',
    'limits',
  ],
  ...[
    'memory',
    'cpu',
    'nvidia.com/gpu',
    'init',
    'dockerfile',
    'git',
    'url',
    'matrix',
    'params',
    'inputs',
    'type',
    'concurrency',
  ],
  ...[
    'settings',
    'docker',
    'parent_image',
    'requirements',
    'apt_packages',
    'environment',
    'user',
    'parameters',
    'steps',
    'timeout',
  ],
  ...[
    'request_gpus',
    'request_memory',
    'metadata',
    'bundle_type',
    'termination',
    'valueFrom',
    'secretKeyRef',
    'constructor',
    'x',
  ],
  ...[
    'build',
    'build_steps',
    'cmd',
    'step',
    'parameters',
    'default',
    'values',
    'skip_build',
    'target',
    'build_options',
  ],
];
const WORDS = [
  ...[
    '1.1',
    '1',
    'grid',
    'choice',
    'job',
    '{{ x }}',
    '{{ params.x.as_arg }}',
    '{% if %}',
    'a:1',
    '8Gi',
    '0',
    'true',
    '',
    '../x',
    'A b',
  ],
  ...[
    'linspace',
    '0:1:3',
    'a\x1b[2J',
    '{{',
    '}}',
    '${A}',
    '\u2028',
    '-1',
    '1e400',
    'all',
    '$(x)',
    'requirements.txt',
  ],
];

const tree = anyTree({ keys: KEYS, words: WORDS, maxKeys: 6 });
const PATHS = ['p.yaml', 'polyaxonfile.yml', 'valohai.yaml', 'bundle.json'];
const SHELL = [
  'cl run ',
  'cl upload ',
  ':a ',
  'k:0x1 ',
  "'x {{ y }}' ",
  '"$z" ',
  '--request-gpus ',
  '--request-memory=1g ',
  '-n ',
  'A B ',
  '\\\n',
  '\n',
  "'",
  '"',
  '# ',
  '--- ',
  '$ ',
  '!',
  '&&',
  '--request-network ',
  '99 ',
];

describe('whatever is converted', () => {
  it('is a spec, lines and errors for pieces of Python', () => {
    const text = fc.array(fc.constantFrom(...PYTHON), { maxLength: 30 }).map((pieces) => pieces.join(''));

    fc.assert(
      fc.property(text, (one) => check('f.py', one)),
      { numRuns: fuzzRuns(300, 4) },
    );
  });

  it('is the same for YAML', () => {
    const text = fc
      .dictionary(fc.constantFrom(...KEYS), tree, { maxKeys: 8 })
      .map((value) => stringify(value));
    const head = fc.constantFrom(
      '',
      'version: 1.1\n',
      'kind: component\n',
      'enable_cache: true\n',
      'request_gpus: 1\n',
    );

    fc.assert(
      fc.property(fc.constantFrom(...PATHS), head, text, (path, first, rest) => check(path, first + rest)),
      { numRuns: fuzzRuns(300, 4) },
    );
  });

  it('is the same for lines of a shell', () => {
    const text = fc
      .array(fc.constantFrom(...SHELL), { maxLength: 20 })
      .map((pieces) => `cl run ${pieces.join('')}`);

    fc.assert(
      fc.property(text, (one) => {
        check('run.sh', one);
        check('command line', one, one.split(' '));
      }),
      { numRuns: fuzzRuns(200, 8) },
    );
  });

  it('is the same for any text', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });

    fc.assert(
      fc.property(fc.constantFrom(...PATHS, 'f.py', 'x'), text, (path, one) => check(path, one)),
      { numRuns: fuzzRuns(200, 4) },
    );
  });
});

const HOSTILE: readonly (readonly [name: string, path: string, text: string])[] = [
  ['brackets', 'f.py', `class F(FlowSpec):\n x = ${'['.repeat(150_000)}`],
  ['parentheses', 'f.py', `FlowSpec\nx = ${'('.repeat(90_000)}${')'.repeat(90_000)}`],
  [
    'indentation',
    'f.py',
    `class F(FlowSpec):\n${Array.from({ length: 500 }, (_, at) => `${' '.repeat(at)}if x:`).join('\n')}`,
  ],
  [
    'constants that repeat others',
    'f.py',
    `class F(FlowSpec):\n  @kubernetes(gpu=A0)\n  @step\n  def s(self): ...\n${Array.from({ length: 200 }, (_, at) => `A${at} = [A${at + 1}, A${at + 1}]`).join('\n')}`,
  ],
  ['ten megabytes', 'f.py', `FlowSpec\n${'x = 1\n'.repeat(1_700_000)}`],
  ['ten megabytes of YAML', 'p.yaml', `version: 1.1\nx: ${'a'.repeat(10_000_000)}`],
  [
    'aliases',
    'p.yaml',
    `version: 1.1\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c, *c, *c, *c, *c]\ne: [*d, *d, *d, *d, *d, *d, *d]\n`,
  ],
  ['lines of a shell', 'r.sh', "cl run 'x' --request-gpus 1\n".repeat(30_000)],
  ['quotes that never end', 'r.sh', `${'cl run "x\n'.repeat(30_000)}`],
];

it.each(HOSTILE)('a hostile file (%s) has an answer or an error', (_, path, text) => {
  check(path, text);
});
