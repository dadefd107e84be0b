import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readAnswer } from '../../src/lock/answer.ts';
import { applyLock } from '../../src/lock/apply.ts';
import { questionsOf } from '../../src/lock/question.ts';
import { readLock } from '../../src/lock/read.ts';
import { writeLock } from '../../src/lock/write.ts';
import { planEnvironment } from '../../src/plan/images/environment.ts';
import { chooseRecipe } from '../../src/recipe/choose/choose.ts';
import type { Recipe } from '../../src/recipe/recipe.ts';
import { createTree } from '../../src/source/files/tree.ts';
import { factsOfFolder, jobsOf } from '../recipe/support.ts';

/**
 * Each case is a repository and what installers answered; beside them the question, the lock and the locked
 * Dockerfile. `UPDATE_GOLDEN=1` writes these anew; read the difference before you commit it.
 */
const CASES = join(import.meta.dirname, '../golden/lock');
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';
const RESULTS = ['question.Dockerfile', 'jobimg.lock', 'locked.Dockerfile', 'findings.json'];

describe('a repository and what its installers say', () => {
  it.each(readdirSync(CASES))('%s', (name) => {
    const folder = join(CASES, name);

    const results = lockOf(folder);

    if (UPDATE) for (const [file, text] of Object.entries(results)) writeFileSync(join(folder, file), text);
    expect(results).toEqual(writtenIn(folder));
  });
});

function lockOf(folder: string): Readonly<Record<string, string>> {
  const repository = join(folder, 'repository');
  const tree = createTree(repository);
  const recipes = jobsOf(tree.text('jobimg.yml') ?? '').map((job) => chooseRecipe(job, tree));
  const facts = factsOfFolder(recipes, repository);
  const [question, ...others] = questionsOf(recipes, { facts, mirrors: { mirrors: new Map() }, tree });
  if (question === undefined || others.length > 0) throw new Error('one question was expected');

  const answers = question.needs.map((asked) => readAnswer(asked, answersOf(folder)));
  const lock = writeLock({
    tools: { generator: 1, uv: '0.1.2' },
    bases: facts.bases,
    packages: answers.map(({ packages }) => packages),
  });
  const applied = applyLock(recipes, readLock(lock), tree);
  expect(applied.gaps).toEqual([]);
  return {
    'question.Dockerfile': question.plan.dockerfile,
    'jobimg.lock': lock,
    'locked.Dockerfile': applied.recipes.map((recipe) => dockerfileOf(recipe, repository)).join('\n'),
    'findings.json': `${JSON.stringify(
      answers.flatMap(({ findings }) => findings),
      undefined,
      2,
    )}\n`,
  };
}

function answersOf(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(join(folder, 'answers'));
  return new Map(files.map((file) => [file, readFileSync(join(folder, 'answers', file), 'utf8')]));
}

function dockerfileOf(recipe: Recipe, repository: string): string {
  const { job, environment, bases } = recipe;
  if (job.image.kind !== 'built' || environment === undefined) throw new Error('nothing is built');
  return planEnvironment({
    image: job.image,
    environment,
    bases,
    facts: factsOfFolder([recipe], repository),
    mirrors: { mirrors: new Map() },
  }).build.dockerfile;
}

function writtenIn(folder: string): Readonly<Record<string, string>> {
  const there = RESULTS.filter((file) => existsSync(join(folder, file)));
  return Object.fromEntries(there.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}
