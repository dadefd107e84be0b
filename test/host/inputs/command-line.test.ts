import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { exitsAsRun, parseArguments } from '../../../src/host/inputs/command-line.ts';
import { COMMAND_NAMES, COMMANDS } from '../../../src/host/inputs/commands/commands.ts';
import { flagsOf, longFlag } from '../../../src/host/inputs/commands/options.ts';

let written = '';

async function parsed(...words: readonly string[]) {
  written = '';
  const write = (text: string): void => {
    written += text;
  };
  return await parseArguments(words, { cwd: '/work', env: {}, version: '1.2.3', write });
}

/** What is wrong with these words, and what to do. */
async function refused(...words: readonly string[]): Promise<string> {
  const error = await parsed(...words).catch((caught: unknown) => caught);
  if (!(error instanceof UserError)) throw new Error(`not refused: ${words.join(' ')}`);
  expect(error.kind).toBe('usage');
  return error.findings.map(({ message, hint }) => `${message} → ${hint}`).join('\n');
}

describe('the help of a command', () => {
  it.each(COMMAND_NAMES)('of %s lists its own options and an example, and no other option', async (name) => {
    expect(await parsed(name, '--help')).toBeUndefined();

    const [, options = ''] = written.split('Options:\n');
    const listed = [...options.matchAll(/^ {2}(-.*?)(?: {2}|$)/gm)]
      .flatMap(([, flags = '']) => flags.replace(/ <.*/, '').split(', '))
      .filter((flag) => flag !== '-h' && flag !== '--help');
    expect(listed).toEqual(COMMANDS[name].options.flatMap(flagsOf));
    expect(written).toContain(`\n  jobimg ${name}`);
  });

  it('is named by the list of all commands, with the exit codes', async () => {
    await parsed('--help');

    for (const name of COMMAND_NAMES) expect(written).toContain(`\n  ${name} `);
    expect(written).toContain('125');
  });
});

describe('a command about a run', () => {
  it.each(['stop', 'attach', 'cancel', 'logs'])(
    'finds places by the file that an option names: %s',
    async (name) => {
      expect(await parsed(name, 'train-1', '--defaults', 'places.yml')).toMatchObject({
        command: name,
        run: 'train-1',
        inputs: { defaults: '/work/places.yml' },
      });
    },
  );
});

describe('every help', () => {
  it.each([[], ...COMMAND_NAMES.map((name) => [name])])(
    'fits on a terminal of 80 columns: %s',
    async (...words) => {
      await parsed(...words, '--help');

      expect(written.split('\n').filter((line) => line.length > 80)).toEqual([]);
      expect(written).not.toContain('default:');
    },
  );
});

describe('the examples of the help', () => {
  it.each(COMMAND_NAMES.flatMap((name) => COMMANDS[name].examples))('can be called: %s', async (line) => {
    const [, ...words] = line.replaceAll("'", '').split(' ');

    expect(await parsed(...words)).toMatchObject({ command: words[0] });
  });
});

describe('words that are not known', () => {
  it.each([
    [['pln'], 'jobimg has no command "pln" → did you mean jobimg plan?'],
    [['upload'], 'jobimg has no command "upload" → see jobimg --help'],
    [
      ['plan', '--jbo', 'a'],
      'jobimg plan has no option "--jbo" → did you mean --job?; see jobimg plan --help',
    ],
    [
      ['plan', '--detach'],
      'jobimg plan has no option "--detach" → it is an option of run; see jobimg plan --help',
    ],
    [
      ['ps', '--follow=yes'],
      'jobimg ps has no option "--follow" → it is an option of logs; see jobimg ps --help',
    ],
    [
      ['--here', 'run'],
      'jobimg has no option "--here" → options follow the command: jobimg run --here; see jobimg --help',
    ],
    [
      ['run', '--quite-another'],
      'jobimg run has no option "--quite-another" → leave it out; see jobimg run --help',
    ],
    [
      ['plan', '--sbom'],
      'jobimg plan has no option "--sbom" → it is an option of build, run; see jobimg plan --help',
    ],
    [
      ['ps', '--older-than', '30d'],
      'jobimg ps has no option "--older-than" → it is an option of prune; see jobimg ps --help',
    ],
    [['runs', '--param', 'lr'], '--param is "lr", which has no value → write lr=0.1'],
    [['prune', '--older-than', 'long'], '--older-than is "long", which is no age → write 12h or 30d'],
    [['fit'], "missing required argument 'image' → see jobimg fit --help"],
    [['logs'], "missing required argument 'run' → see jobimg logs --help"],
  ])('%j are refused with what to do', async (words, expected) => {
    expect(await refused(...words)).toBe(expected);
  });

  it('are refused as arguments too', async () => {
    expect(await refused('plan', 'train')).toMatch(/too many arguments.* → see jobimg plan --help/);
  });
});

describe('options', () => {
  it('that may be repeated are lists, and the others are their last value', async () => {
    const call = await parsed(
      'run',
      '--param',
      'a=1',
      '--param',
      'b=2',
      '--tag',
      'x',
      '--job',
      'a',
      '--job',
      'b',
    );

    expect(call).toMatchObject({ inputs: { tags: ['x'], job: { kind: 'named', name: 'b' } } });
    if (call === undefined || !('inputs' in call)) throw new Error('no inputs');
    expect([...call.inputs.params]).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
  });

  it('have a long form each', () => {
    expect(longFlag('directory')).toBe('--directory');
    expect(flagsOf('cacheFrom')).toEqual(['--cache-from']);
  });
});

describe('a command without a spec', () => {
  it('about records has the runs that are named, and what they are filtered by', async () => {
    const words = ['--job', 'train', '--param', 'lr=0.1', '--param', 'depth=2', '--html', 'page.html'];

    const call = await parsed('runs', 'train-0f3a', 'latest', ...words);

    const params = new Map([
      ['lr', '0.1'],
      ['depth', '2'],
    ]);
    expect(call).toMatchObject({
      runs: ['train-0f3a', 'latest'],
      filter: { job: 'train', status: undefined, since: undefined, params },
      html: 'page.html',
      json: false,
    });
  });

  it('that removes has its rule', async () => {
    expect(await parsed('prune', '--older-than', '30d', '--keep', '5', '--dry-run')).toMatchObject({
      rule: { olderThan: 30 * 86_400_000, keep: 5 },
      dryRun: true,
    });
    expect(await parsed('prune')).toMatchObject({ rule: {}, dryRun: false });
  });

  it('about an image has its name', async () => {
    expect(await parsed('fit', '--gpu', 'A100 80GB', 'acme/train:1')).toMatchObject({
      image: 'acme/train:1',
      gpu: 'A100 80GB',
      driver: undefined,
    });
    expect(await parsed('sbom', 'acme/train:1')).toMatchObject({
      image: 'acme/train:1',
      inputs: { folder: '/work' },
    });
  });
});

describe('what is pushed beside an image', () => {
  it('is asked for by options of their commands', async () => {
    expect(await parsed('run', '--provenance', '--sbom', '--record')).toMatchObject({
      inputs: { provenance: true, sbom: true, record: true, attest: false },
    });
    expect(await parsed('verify', '--attest')).toMatchObject({ inputs: { attest: true, sbom: false } });
  });
});

it('run, attach and shell exit as what they started', () => {
  expect(COMMAND_NAMES.filter(exitsAsRun)).toEqual(['run', 'shell', 'attach']);
});
