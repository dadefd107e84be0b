import { describe, expect, it } from '@jest/globals';
import { chooseRecipe } from '../../../src/recipe/choose/choose.ts';
import { absentFiles } from '../../../src/recipe/dockerfile/context/absent.ts';
import { FILES, LINKS, ROWS } from '../../e2e/context-rows.ts';
import { jobOf, treeOf } from '../support.ts';

const ENTRIES = [
  ...Object.keys(FILES).map((path) => ({ path, kind: 'file' as const, content: '' })),
  ...Object.entries(LINKS).map(([path, content]) => ({ path, kind: 'link' as const, content })),
];

describe('a Dockerfile that BuildKit builds', () => {
  it.each(ROWS.filter(({ fails }) => fails !== true))('is not refused: $dockerfile', ({ dockerfile }) => {
    const tree = treeOf({ ...FILES, Dockerfile: dockerfile });
    const recipe = chooseRecipe(jobOf('run: x\nimage: { dockerfile: Dockerfile }\n'), tree);
    const context = recipe.environment?.own?.context;
    if (context === undefined) throw new Error('it has a context');

    const errors = absentFiles(recipe, new Map([[context, ENTRIES]]), tree).filter(
      ({ level }) => level === 'error',
    );

    expect(errors).toEqual([]);
  });
});
