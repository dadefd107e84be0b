import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { findSpec } from '../../src/jobspec/find.ts';
import { parseSpec, selectJobs } from '../../src/jobspec/parse.ts';
import { printPlatform } from '../../src/oci/platform.ts';
import { planJobs } from '../../src/plan/images/plan-jobs.ts';
import type { ImagePlan, JobPlan, Plan, PlatformImagePlan } from '../../src/plan/plan.ts';
import { chooseRecipes } from '../../src/recipe/choose/choose.ts';
import { createTree } from '../../src/source/files/tree.ts';
import { digestOf, factsOfFolder } from './support.ts';

/**
 * Each case is a small repository, and beside it what comes out: the Dockerfiles and the plan, or the errors.
 * `UPDATE_GOLDEN=1` writes them anew; read the difference before you commit it.
 */
const CASES = join(import.meta.dirname, '../golden/recipe');
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';

describe('a repository and its spec', () => {
  it.each(readdirSync(CASES))('%s', (name) => {
    const folder = join(CASES, name);

    const results = planOrErrors(join(folder, 'repository'));

    if (UPDATE) write(folder, results);
    expect(results).toEqual(written(folder));
  });
});

type Results = Readonly<Record<string, string>>;

function planOrErrors(repository: string): Results {
  try {
    return describePlan(plan(repository));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { 'errors.json': json(error.findings) };
  }
}

function plan(repository: string): Plan {
  const tree = createTree(repository);
  const jobs = selectJobs(parseSpec(findSpec(tree, [])), { repositoryName: 'demo' });
  const recipes = jobs.flatMap((job) => chooseRecipes(job, tree, () => ({ env: [] })));
  const destination = {
    kind: 'registry',
    repository: { registry: 'registry.example.org', path: 'demo' },
    auto: false,
  } as const;
  return planJobs(recipes, factsOfFolder(recipes, repository), destination, { mirrors: new Map() });
}

function describePlan({ jobs }: Plan): Results {
  return Object.assign({ 'plan.json': json(jobs.map(summary)) }, ...jobs.map(dockerfiles));
}

function summary({ job, recipe, image, code, mount }: JobPlan): object {
  const { reasons, findings } = recipe;
  return {
    job: job.name,
    kind: image.kind,
    code,
    ...imageSummary(image),
    mount: mount && files(mount),
    reasons,
    findings,
  };
}

function imageSummary(image: ImagePlan): object {
  if (image.kind === 'given') return { digest: image.digest };
  if (image.kind !== 'index') return partSummary(image);
  const { environment, id, tag, inputs, platforms: parts } = image;
  return {
    environment: { id: environment.id, tag: environment.tag },
    id,
    tag,
    inputs: Object.keys(inputs),
    platforms: parts.map((part) => ({ platform: printPlatform(part.platform), ...partSummary(part.image) })),
  };
}

function partSummary(image: PlatformImagePlan): object {
  const { id, tag, base, workdir, inputs, build } = image.environment;
  const context = build.context.map((part) => ({
    folder: part.folder,
    paths: part.entries.map(({ path }) => path),
  }));
  const { target, steps, secrets } = build;
  const environment = {
    id,
    tag,
    base: base?.name,
    workdir,
    target,
    steps: steps.map(({ title }) => title),
    secrets,
    context,
    inputs: Object.keys(inputs),
  };
  if (image.kind === 'environment') return { environment };
  return {
    environment,
    id: image.id,
    tag: image.tag,
    inputs: Object.keys(image.inputs),
    layer: image.kind === 'layer' ? files(image.layer) : undefined,
  };
}

function files({
  folder,
  entries,
}: {
  readonly folder: string;
  readonly entries: readonly { readonly path: string }[];
}): object {
  return { folder, paths: entries.map(({ path }) => path) };
}

function dockerfiles({ job, image }: JobPlan): Results {
  if (image.kind === 'given') return {};
  const name = job.name === 'demo' ? '' : `${job.name}.`;
  if (image.kind !== 'index') return partDockerfiles(name, image);
  const parts = image.platforms.map((part) =>
    partDockerfiles(`${name}${part.platform.architecture}.`, part.image),
  );
  return Object.assign({}, ...parts);
}

function partDockerfiles(name: string, image: PlatformImagePlan): Results {
  const environment = { [`${name}environment.Dockerfile`]: image.environment.build.dockerfile };
  if (image.kind !== 'build') return environment;
  const from = { registry: 'registry.example.org', path: 'demo', digest: digestOf('environment') };
  return { ...environment, [`${name}job.Dockerfile`]: image.build(from).dockerfile };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function outputs(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name !== 'repository');
}

function written(folder: string): Results {
  return Object.fromEntries(outputs(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

function write(folder: string, results: Results): void {
  for (const name of outputs(folder)) if (existsSync(join(folder, name))) rmSync(join(folder, name));
  for (const [name, text] of Object.entries(results)) writeFileSync(join(folder, name), text);
}
