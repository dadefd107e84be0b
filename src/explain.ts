import type { Location } from './errors.ts';
import { printPlatform } from './oci/platform.ts';
import { printReference } from './oci/reference.ts';
import { printSize } from './plan-json.ts';
import type { Recipe } from './recipe/recipe.ts';
import type { BuiltImage, Command, Job, Range, StepSpec, Template } from './spec/job.ts';

/** One value of a job and where it came from. */
export interface Explained {
  readonly path: string;
  readonly value: string;
  /** `file:line:column`, `overrides`, `--param`, `default`, or why it was chosen. */
  readonly from: string;
}

/** Every value of a job, each with its origin, and then what was chosen by them; `given`: params of the caller. */
export function explain(
  { job, reasons }: Pick<Recipe, 'job' | 'reasons'>,
  given: ReadonlyMap<string, string>,
): readonly Explained[] {
  const values = [...valuesOf(job), ...imageValues(job)].filter(([, value]) => value !== '');
  return [
    ...values.map(([path, value]) => ({ path, value, from: originOf(path, job, given) })),
    ...reasons.map(({ subject, choice, why, origin }) => ({
      path: `→ ${subject}`,
      value: choice,
      from: origin === undefined ? why : `${why}, ${place(origin)}`,
    })),
  ];
}

type Value = readonly [path: string, value: string];

function valuesOf(job: Job): readonly Value[] {
  const { gpu, cpu, memory, disk, shm } = job.resources;
  return [
    ['name', job.name],
    [job.command.kind === 'shell' ? 'run' : 'command', commandText(job.command)],
    ...[...job.params].map(([name, { text }]): Value => [`params.${name}`, text]),
    ...strategyValues(job),
    ...[...job.env].map(
      ([name, value]): Value => [`env.${name}`, value ? templateText(value) : 'of the caller'],
    ),
    ['secrets', job.secrets.map(({ name }) => name).join(', ')],
    ['gpu', gpu === undefined ? '' : [...gpu.names, rangeText(gpu.count)].join(', ')],
    ['cpu', rangeText(cpu)],
    ['memory', rangeText(memory, printSize)],
    ['disk', rangeText(disk, printSize)],
    ['shm', shm === undefined ? '' : printSize(shm)],
    ...(job.inputs ?? []).map(
      ({ name, from }): Value => [`inputs.${name}`, 'url' in from ? from.url : from.path],
    ),
    ['mounts', (job.mounts ?? []).map(({ from, to }) => `${from} at ${to}`).join(', ')],
    ['timeout', `${job.timeout}s`],
    ['stop-grace', `${job.stopGrace}s`],
    ['outputs', job.outputs.paths.map(templateText).join(', ')],
    ['metrics', job.metrics === undefined ? '' : Object.values(job.metrics).join(', ')],
    ['runs-on', (job.runsOn?.labels ?? []).join(', ')],
    ['backend', job.backend.name],
    ['preflight', job.preflight],
    ['code', job.code.mode ?? ''],
  ];
}

function strategyValues({ strategy }: Job): readonly Value[] {
  if (strategy === undefined) return [];
  const { legs, maxParallel, failFast } = strategy;
  return [
    ['strategy.matrix', legs.map(({ label }) => label).join('; ')],
    ['strategy.max-parallel', maxParallel === undefined ? '' : String(maxParallel)],
    ['strategy.fail-fast', String(failFast)],
  ];
}

function imageValues({ image }: Job): readonly Value[] {
  if (image.kind === 'given') return [['image', printReference(image.reference, { familiar: true })]];
  return builtValues(image).map(([path, value]) => [`image.${path}`, value]);
}

function builtValues(image: BuiltImage): readonly Value[] {
  const { base, dockerfile, python, requirements, user, workdir } = image;
  return [
    ['base', base === undefined ? '' : printReference(base, { familiar: true })],
    ['dockerfile', dockerfile?.path ?? ''],
    ['python', python ?? ''],
    ['requirements', typeof requirements === 'string' ? requirements : requirements.join(', ')],
    ['packages', image.packages.join(', ')],
    ['apt', image.apt?.join(', ') ?? ''],
    ...stepValues('build', image.build),
    ...stepValues('setup', image.setup),
    ['install', image.install],
    ...[...image.env].map(([name, value]): Value => [`env.${name}`, value]),
    ['secrets', image.secrets.map(({ name }) => name).join(', ')],
    ...accessValues(image),
    ['user', user ?? ''],
    ['workdir', workdir ?? ''],
    ['platforms', image.platforms.map(printPlatform).join(', ')],
    ['cuda', image.cuda],
    ['devel', image.devel],
    ['lang', image.lang],
    ...[...image.labels].map(([name, value]): Value => [`labels.${name}`, value]),
    ['compression', image.compression],
    ['lock', image.lock],
  ];
}

function accessValues({ index, git, ssh = false, isolated }: BuiltImage): readonly Value[] {
  return [
    ['index.url', index?.url ?? ''],
    ['index.extra', index?.extra.join(', ') ?? ''],
    ['index.secret', index?.secret?.name ?? ''],
    ['git.token', git?.name ?? ''],
    ['ssh', ssh ? 'default' : ''],
    ['isolated', isolated ? 'true' : ''],
  ];
}

function stepValues(kind: string, steps: readonly StepSpec[]): readonly Value[] {
  return steps.map(({ run }, index) => [`${kind}.${index}`, oneLine(run)]);
}

/** A value that stands alone in place of a mapping has the mapping's origin. */
function originOf(path: string, { origins }: Job, given: ReadonlyMap<string, string>): string {
  const caller = given.get(path);
  if (caller !== undefined) return caller;
  const found = origins.get(path) ?? origins.get(`${path}.mode`) ?? origins.get(`${path}.default`);
  return found === undefined ? 'default' : place(found);
}

function place({ file, line, column }: Location): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

function commandText(command: Command): string {
  if (command.kind === 'arguments') return command.words.map(templateText).join(' ');
  return oneLine(command.lines.map(templateText).join('\n'));
}

function templateText(template: Template): string {
  return template
    .map((part) => (typeof part === 'string' ? part : `{{ ${part.raw ? 'raw.' : ''}${part.name} }}`))
    .join('');
}

function oneLine(text: string): string {
  const [first = '', ...more] = text.trim().split('\n');
  return more.length === 0 ? first : `${first} … (${more.length} more)`;
}

function rangeText(range: Range | undefined, print: (value: number) => string = String): string {
  if (range === undefined) return '';
  const { min, max } = range;
  if (min !== undefined && min === max) return print(min);
  return `${min === undefined ? '' : print(min)}..${max === undefined ? '' : print(max)}`;
}
