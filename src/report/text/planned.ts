import { printBytes } from '../../disk/bytes.ts';
import type { Param } from '../../jobspec/job/param.ts';
import type { Resources } from '../../jobspec/job/resources.ts';
import { printRange, printSize } from '../../jobspec/values/quantity.ts';
import { printPlatform } from '../../oci/platform.ts';
import { codeSize } from '../../plan/images/code-size.ts';
import { firstEnvironment, identityOf } from '../../plan/images/index-image.ts';
import type { EnvironmentPlan, ImagePlan, JobPlan } from '../../plan/plan.ts';
import type { RunCommand, RunPlan } from '../../run/types/plan.ts';
import type { LookupResult, Preview } from '../../tools/result.ts';
import { printDuration } from '../duration.ts';
import { type Row, rows } from './rows.ts';

/** What a job would be made of and how it would start: command, parameters, limits, code, images, and why they are built. */
export function printPlanned(plan: JobPlan, preview: Preview | undefined): readonly string[] {
  const { name } = plan.job;
  const runs = preview?.runs.get(name) ?? [];
  return rows([
    ['job', name],
    ...runRows(plan, runs),
    ...imageRows(plan, preview?.found.get(name) ?? {}, preview?.why.get(name)),
    ...codeRows(plan),
    ...legRows(runs),
  ]);
}

function runRows({ job }: JobPlan, [run]: readonly RunPlan[]): readonly Row[] {
  if (run === undefined) return [];
  return [
    ...commandRows(run.shown.command),
    ...(job.params.size === 0 ? [] : [['params', paramsText(job.params, run.params)] as const]),
    ['limits', limitsText(run)],
  ];
}

function commandRows(command: RunCommand): readonly Row[] {
  const text = command.kind === 'shell' ? command.text : command.words.map(quoted).join(' ');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => [index === 0 ? 'command' : '', line]);
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word);
}

/** Those of the run that is shown, whose matrix replaces some. */
function paramsText(
  params: ReadonlyMap<string, Param>,
  own: ReadonlyMap<string, string> = new Map(),
): string {
  return [...params].map(([name, { text }]) => `${name}=${own.get(name) ?? text}`).join(', ');
}

function limitsText({ timeout, resources, nodes }: RunPlan): string {
  const limits = [...resourcesText(resources), ...(nodes === undefined ? [] : [`${nodes.count} nodes`])];
  return [`time ${printDuration(timeout)}`, ...limits].join(', ');
}

function resourcesText({ gpu, cpu, memory, disk, shm }: Resources): readonly string[] {
  const named = [
    ['gpu', gpu === undefined ? undefined : (printRange(gpu.count) ?? '1')],
    ['cpu', printRange(cpu)],
    ['memory', printRange(memory, printSize)],
    ['disk', printRange(disk, printSize)],
    ['shm', shm === undefined ? undefined : printSize(shm)],
  ] as const;
  return named.flatMap(([name, text]) => (text === undefined ? [] : [`${name} ${text}`]));
}

function imageRows({ image, recipe }: JobPlan, found: LookupResult, why: string | undefined): readonly Row[] {
  if (image.kind === 'given') return [['image', 'used as it is']];
  const steps = recipe.environment?.steps.map(({ title }) => title) ?? [];
  const own = identityOf(image);
  return [
    ['base', firstEnvironment(image).base?.name ?? 'your own Dockerfile'],
    ['steps', steps.join(', ')],
    ...platformRows(image),
    ['environment', `${image.environment.tag ?? 'not resolved'}${said(found.environment)}`],
    ['image', `${own.tag ?? 'not resolved'}${said(found.image)}`],
    ...(found.reference === undefined ? [] : [['', found.reference] as const]),
    ...(why === undefined ? [] : [['why', why] as const]),
  ];
}

/** One platform goes without saying. */
function platformRows(image: ImagePlan): readonly Row[] {
  if (image.kind !== 'index') return [];
  return [['platforms', image.platforms.map(({ platform }) => printPlatform(platform)).join(', ')]];
}

function said(there: boolean | undefined): string {
  if (there === undefined) return '';
  return there ? ' (already there)' : ' (to be created)';
}

function codeRows(plan: JobPlan): readonly Row[] {
  const size = codeSize(plan);
  if (size === undefined) return [];
  const how = plan.mount === undefined ? '' : ', put into the container at its start';
  return [['code', `${size.files} ${size.files === 1 ? 'file' : 'files'}, ${printBytes(size.bytes)}${how}`]];
}

function legRows(runs: readonly RunPlan[]): readonly Row[] {
  const legs = runs.flatMap(({ leg }) => leg ?? []);
  const [first] = legs;
  if (first === undefined) return [];
  const most = first.maxParallel === undefined ? '' : `, ${first.maxParallel} at a time`;
  return [['runs', `${legs.length}${most}: ${legs.map(({ label }) => label).join('; ')}`]];
}

/** The Dockerfile of each environment, as BuildKit gets it. */
export function printDockerfiles(plans: readonly JobPlan[]): readonly string[] {
  return plans.flatMap(({ job, image }) =>
    environmentsOf(image).flatMap(({ platform, environment }) => {
      const on = platform === undefined ? '' : ` for ${platform}`;
      return [`# the environment of the job ${job.name}${on}`, ...environment.build.dockerfile.split('\n')];
    }),
  );
}

interface PlacedEnvironment {
  readonly platform?: string;
  readonly environment: EnvironmentPlan;
}

function environmentsOf(image: ImagePlan): readonly PlacedEnvironment[] {
  if (image.kind === 'given') return [];
  if (image.kind !== 'index') return [{ environment: image.environment }];
  return image.platforms.map((part) => ({
    platform: printPlatform(part.platform),
    environment: part.image.environment,
  }));
}
