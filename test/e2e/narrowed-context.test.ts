import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BuildSettings, DOCKERFILE, renderInvocation } from '../../src/build/arguments/arguments.ts';
import { parseSpec, selectJobs } from '../../src/jobspec/parse.ts';
import { isDigest } from '../../src/oci/digest.ts';
import { basesOf } from '../../src/plan/bases.ts';
import { planJobs } from '../../src/plan/images/plan-jobs.ts';
import type { BuildPlan } from '../../src/plan/plan.ts';
import { chooseRecipe } from '../../src/recipe/choose/choose.ts';
import type { FileSet, Recipe } from '../../src/recipe/recipe.ts';
import { createSource } from '../../src/source/source.ts';
import type { Source } from '../../src/tools/source.ts';
import { ensureBuildkitd } from '../engine/buildkit/buildkitd.ts';
import { FILES, LINKS, ROWS, type Row } from './context-rows.ts';
import { type Parts, startParts } from './support/parts.ts';
import { type Repository, repositoryWith } from './support/repository.ts';

const SETTINGS: BuildSettings = {
  cacheFrom: [],
  cacheTo: [],
  hostNetwork: false,
  proxies: new Map(),
  secrets: [],
};

const second = await ensureBuildkitd();
/** Rows that can be built here. */
const rows = ROWS.map(
  (row, index) => [`${index}: ${JSON.stringify(row.dockerfile)}`, row, index] as const,
).filter(([, { newer }]) => newer === undefined || second !== undefined);

/** Builds at once. */
const AT_ONCE = 4;

interface Outcome {
  /** The digests; undefined: BuildKit refuses it. */
  readonly some: string | undefined;
  readonly all: string | undefined;
  readonly reads: readonly string[];
  readonly files: readonly string[];
}

describe('a context with only the files that a Dockerfile reads', () => {
  let parts: Parts;
  let repository: Repository;
  let source: Source;
  let temporary: string;
  const outcomes = new Map<Row, Outcome>();

  beforeAll(async () => {
    parts = await startParts({ name: 'narrowed-context', auth: 'none', bases: ['busybox'] });
    repository = await repositoryWith({ files: { ...FILES, ...dockerfiles() } });
    for (const [path, target] of Object.entries(LINKS)) await symlink(target, join(repository.folder, path));
    temporary = await mkdtemp(join(tmpdir(), 'jobimg-narrowed-'));
    source = createSource({ root: repository.folder, tempFolder: temporary });
    const waiting = [...rows];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [, row, index] = next;
        outcomes.set(row, await buildBoth(row, index));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }, 1_200_000);

  afterAll(async () => {
    await repository?.[Symbol.asyncDispose]();
    await rm(temporary, { recursive: true, force: true });
    await parts?.[Symbol.asyncDispose]();
  });

  it.each(rows)('gives the image that all files give: %s', (_, row) => {
    const built = outcomes.get(row);

    expect(built?.some).toBe(built?.all);
    expect(built?.all === undefined).toBe(row.fails === true);
    expect(built?.reads).toEqual(row.reads === undefined ? built?.files : row.reads.toSorted());
  });

  async function buildBoth(row: Row, index: number): Promise<Outcome> {
    const { narrowed, whole } = await plansOf(row, index);
    return {
      some: await digestOf(narrowed, `some-${index}`, row.newer),
      all: await digestOf(whole, `all-${index}`, row.newer),
      reads: pathsOf(narrowed),
      files: pathsOf(whole),
    };
  }

  async function plansOf(row: Row, index: number): Promise<{ narrowed: BuildPlan; whole: BuildPlan }> {
    const recipe = recipeOf(row, index);
    const { environment } = recipe;
    const own = environment?.own;
    if (environment === undefined || own?.context.kind !== 'walked') throw new Error('no context');
    const context = { ...own.context, sources: undefined };
    const whole = { ...recipe, environment: { ...environment, own: { ...own, context } } };
    return { narrowed: await planOf(recipe), whole: await planOf(whole) };
  }

  function recipeOf({ target, args }: Row, index: number): Recipe {
    const more = `${target === undefined ? '' : `, target: ${target}`}${args === undefined ? '' : `, args: ${args}`}`;
    const text = `run: x\ncode: none\nimage: { dockerfile: ${fileOf(index)}${more} }\n`;
    const [job] = selectJobs(parseSpec({ path: 'jobimg.yml', text, format: 'jobimg' }), {
      repositoryName: 'demo',
    });
    if (job === undefined) throw new Error('no job');
    return chooseRecipe(job, source.tree);
  }

  async function planOf(recipe: Recipe): Promise<BuildPlan> {
    const sets = [recipe.environment?.files, recipe.environment?.own?.context].filter(
      (set) => set !== undefined,
    );
    const scans = sets.map(async (set: FileSet) => [set, (await source.scan(set)).entries] as const);
    const digest = parts.busybox?.digest;
    if (!isDigest(digest)) throw new Error('no base');
    const plan = planJobs(
      [recipe],
      {
        bases: basesOf(recipe.bases.map((base) => [base, digest])),
        files: new Map(await Promise.all(scans)),
      },
      { kind: 'registry', repository: { registry: parts.registry.host, path: 'demo' }, auto: false },
      { mirrors: new Map([['docker.io', parts.registry.host]]) },
    );
    const image = plan.jobs[0]?.image;
    if (image?.kind !== 'environment') throw new Error('no environment');
    // What is carried differs with the files that are inputs, and is in an annotation.
    return { ...image.environment.build, annotations: new Map() };
  }

  /** undefined: BuildKit refuses it. */
  async function digestOf(plan: BuildPlan, name: string, newer = false): Promise<string | undefined> {
    const metadata = join(temporary, `${name}.json`);
    const repositoryName = { registry: parts.registry.host, path: 'demo' };
    const to = { kind: 'registry', repository: repositoryName, tag: name } as const;
    // The builder of the engine pushes nothing by its digest.
    const request = { plan, to, id: `sha256:${'0'.repeat(64)}`, noCache: false, tagged: !newer } as const;
    const { args, env } = renderInvocation(
      request,
      { ...SETTINGS, builder: newer ? second?.builder : undefined },
      metadata,
    );
    const child = spawn('docker', ['buildx', ...args], {
      env: { ...process.env, ...parts.env, ...(newer ? second?.env : {}), ...env },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const context = source.tar(plan.context, [{ path: DOCKERFILE, content: plan.dockerfile }]);
    // Where buildx ends early, its exit code tells.
    await pipeline(context, child.stdin).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
    if ((await ended) === 0) return JSON.parse(await readFile(metadata, 'utf8'))['containerimage.digest'];
    if (/not found|no such file|no source files|failed to process|unexpected end|too many links/i.test(said))
      return undefined;
    throw new Error(said);
  }
});

function pathsOf(plan: BuildPlan): readonly string[] {
  return plan.context.flatMap(({ entries }) => entries.map(({ path }) => path)).toSorted();
}

function fileOf(index: number): string {
  return `rows/${index}.Dockerfile`;
}

function dockerfiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ROWS.flatMap(({ dockerfile, ignore }, index) => [
      [fileOf(index), dockerfile],
      ...(ignore === undefined ? [] : [[`${fileOf(index)}.dockerignore`, ignore]]),
    ]),
  );
}
