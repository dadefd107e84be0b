// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of a Dockerfile
import { describe, expect, it } from '@jest/globals';
import { chooseRecipe } from '../../../src/recipe/choose/choose.ts';
import type { Inherited, Recipe } from '../../../src/recipe/recipe.ts';
import { jobOf, treeOf } from '../support.ts';

function recipeOf(lines: string, inherited?: Inherited, more = ''): Recipe {
  const job = jobOf(`run: x\nimage: { dockerfile: Dockerfile${more} }\n`);
  return chooseRecipe(job, treeOf({ Dockerfile: `FROM a:1\n${lines}\n` }), () => inherited);
}

function folderOf(lines: string, workdir?: string, more?: string): string | undefined {
  return recipeOf(lines, { env: ['BASE=/of/base'], workdir }, more).code?.folder;
}

describe('WORKDIR of your own Dockerfile', () => {
  it.each([
    ['WORKDIR /srv/app', '/srv/app'],
    ['WORKDIR "/srv/app"', '/srv/app'],
    ["WORKDIR '/with space'", '/with space'],
    ['WORKDIR /with space', '/with space'],
    ['WORKDIR /srv/app/', '/srv/app'],
    ['ENV APP=/srv/app\nWORKDIR $APP', '/srv/app'],
    ['ENV APP=/srv\nWORKDIR ${APP}/app', '/srv/app'],
    ['ARG APP=/srv\nWORKDIR ${APP:-/no}', '/srv'],
    ['ARG APP\nWORKDIR ${APP:-/yes}', '/yes'],
    ['WORKDIR $BASE', '/of/base'],
    ['WORKDIR sub', '/inherited/sub'],
    ['WORKDIR /app\nWORKDIR a\nWORKDIR ../b', '/app/b'],
    ['ENV A=1', '/inherited'],
    ['WORKDIR /one\nFROM a:1\nWORKDIR two', '/inherited/two'],
    ['WORKDIR /one\nFROM scratch\nWORKDIR two', '/two'],
  ])('%j is %s', (lines, folder) => {
    expect(folderOf(lines, '/inherited')).toBe(folder);
  });

  it.each([undefined, '', '/'])('that nobody says (%j in the base) is /workspace', (workdir) => {
    expect(folderOf('ENV A=1', workdir)).toBe('/workspace');
  });

  it('of the spec goes before it, whatever that is', () => {
    expect(folderOf('WORKDIR $UNKNOWN', '/inherited', ', workdir: /mine')).toBe('/mine');
  });

  it('is asked of the base only when it decides something', () => {
    const asks = (lines: string, more?: string) =>
      recipeOf(lines, undefined, more).environment?.own?.asks?.reference.path;

    expect(asks('WORKDIR $APP')).toBe('library/a');
    expect(asks('WORKDIR sub')).toBe('library/a');
    expect(asks('RUN true')).toBe('library/a');
    expect(asks('WORKDIR sub\nWORKDIR /app')).toBeUndefined();
    expect(asks('RUN true', ', workdir: /app')).toBeUndefined();
    expect(asks('COPY . /app')).toBeUndefined();
  });

  it('that only the build knows is an error with its line', () => {
    expect(() => folderOf('ARG BUILDARCH\nWORKDIR /app/$BUILDARCH')).toThrow(
      '"WORKDIR /app/$BUILDARCH" is only known while the image is built',
    );
  });
});
