// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of a Dockerfile
import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { parseReference, printReference } from '../../../src/oci/reference.ts';
import { platformName } from '../../../src/plan/bases.ts';
import { planJobs } from '../../../src/plan/images/plan-jobs.ts';
import { chooseRecipe } from '../../../src/recipe/choose/choose.ts';
import { factsOf, jobOf, treeOf } from '../support.ts';

function recipeOf(dockerfile: string, image = '') {
  const files = { Dockerfile: dockerfile, 'main.py': '' };
  const job = jobOf(`run: x\nimage: { dockerfile: Dockerfile${image} }\n`);
  return { recipe: chooseRecipe(job, treeOf(files)), files };
}

function imagesOf(dockerfile: string, image?: string): readonly string[] {
  return recipeOf(dockerfile, image).recipe.bases.map(({ reference }) =>
    printReference(reference, { familiar: true }),
  );
}

function problemsOf(dockerfile: string, image?: string): readonly string[] {
  try {
    recipeOf(dockerfile, image);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.findings.map(({ code, location }) => `${location?.line} ${code}`);
  }
}

describe('the images that your own Dockerfile names', () => {
  it.each([
    ['FROM a:1\n', ['a:1']],
    [
      'FROM a:1 AS x\nFROM x\nFROM scratch\nCOPY --from=X /a /a\nCOPY --from=0 /a /a\nCOPY --from=b:2 /a /a\n',
      ['a:1', 'b:2'],
    ],
    [
      'ARG V=1\nARG N=a:${V}\nFROM $N\nFROM ${N}\nFROM b:${W:-2}-${W:+no}${V:+yes}\n',
      ['a:1', 'a:1', 'b:2-yes'],
    ],
    ['ARG V="1"\nFROM "a:${V}"\n', ['a:1']],
    // As variables are expanded everywhere else: nested defaults, a quote within, an empty ARG.
    ['ARG V=1\nFROM a:${W:-${V}}\nFROM a:"$V"-x\n', ['a:1', 'a:1-x']],
    ['ARG A=a:1$B\nFROM $A\n', ['a:1']],
    ['ARG P=$BUILDPLATFORM\nFROM --platform=$P a:1\n', ['a:1']],
    ['FROM a:1-$TARGETARCH\nFROM --platform=$BUILDPLATFORM b:1\n', ['a:1-amd64', 'b:1']],
    [
      'FROM a:1\nRUN --mount=type=bind,from=b:2,target=/x --mount=type=cache,target=/c true\n',
      ['a:1', 'b:2'],
    ],
    ['FROM a:1\nRUN <<X\nFROM b:1\nX\nRUN echo --mount=from=c:1\n', ['a:1']],
    ['FROM a:1\nCOPY --from=later:1 /a /a\nFROM b:1 AS later\n', ['a:1', 'later:1', 'b:1']],
  ])('in %j are %j', (text, images) => {
    expect(imagesOf(text)).toEqual(images);
  });

  it.each([
    ['FROM a:1\n', ['a:1']],
    ['FROM a:1 AS x\nFROM b:1\nFROM "c:${V:-1}" AS y\nFROM y\nCOPY --from=d:1 /a /a\n', ['c:1']],
    ['FROM a:1 AS x\nFROM b:1\nCOPY --from=x /a /a\n', ['a:1', 'b:1']],
  ])('and that %j begins the stages with, which it needs, are %j', (text, images) => {
    const begun = recipeOf(text).recipe.environment?.own?.begun ?? [];

    expect(begun.map(({ reference }) => printReference(reference, { familiar: true }))).toEqual(images);
  });

  it('follow the arguments of the spec', () => {
    expect(imagesOf('ARG V=1\nFROM a:$V\n', ', args: { V: 2 }')).toEqual(['a:2']);
  });

  it.each([
    ['FROM $NOTHING\n', ['1 dockerfile-image']],
    ['ARG A=$B\nFROM $A\n', ['2 dockerfile-image']],
    ['FROM a:1\nCOPY --from=$B /a /a\n', ['2 dockerfile-image']],
    ['FROM a:1\nONBUILD COPY --from=b /a /a\n', ['2 dockerfile-image']],
    ['FROM https://a/b\n', ['1 invalid-reference']],
    ['FROM a:1 # no\n', ['1 dockerfile']],
    ['FROM a:1 #no\nADD . . # no\nWORKDIR /a # no\n', ['1 dockerfile', '2 dockerfile', '3 dockerfile']],
    ['FROM a:1 AS\n', ['1 dockerfile']],
    ['USER a\nFROM a:1\n', ['1 dockerfile']],
    ['# nothing\n', ['undefined dockerfile']],
  ])('are refused in %j', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });
});

describe('a number sign in your own Dockerfile', () => {
  it.each(['RUN true # yes', 'ADD #a /b', 'COPY ["a", "#", "/b"]', 'ENV A="b # c"', 'MAINTAINER a # b'])(
    'is no comment in %s',
    (line) => {
      expect(problemsOf(`FROM a:1\n${line}\n`)).toEqual([]);
    },
  );
});

describe('the platforms of your own Dockerfile', () => {
  const ARM64 = ', platforms: [linux/arm64]';

  it.each([
    ['FROM a\n', ['linux/arm64']],
    ['FROM a-$TARGETARCH\nCOPY --from=b /a /a\n', ['linux/arm64', 'linux/arm64']],
    ['FROM --platform=$TARGETPLATFORM a\n', ['linux/arm64']],
    ['FROM --platform=linux/386 a\n', ['linux/386']],
    ['ARG P=linux/amd64\nFROM --platform=$P a\n', ['linux/amd64']],
    [
      'FROM --platform=$BUILDPLATFORM a AS x\nFROM --platform="${BUILDPLATFORM}" b\nFROM c\n',
      ['index', 'index', 'linux/arm64'],
    ],
  ])('in %j are %j for linux/arm64', (text, platforms) => {
    expect(recipeOf(text, ARM64).recipe.bases.map(platformName)).toEqual(platforms);
  });

  it('of a stage for the builder is the usual one in an image for it', () => {
    const { recipe } = recipeOf('FROM --platform=$BUILDPLATFORM a AS x\nFROM b\nCOPY --from=x /a /a\n');

    expect(recipe.bases.map(platformName)).toEqual(['linux/amd64', 'linux/amd64']);
  });

  it.each([
    [false, 'FROM a\nCOPY x /x\n'],
    [true, 'FROM a\nRUN x\n'],
    [true, 'FROM a AS x\nRUN x\nFROM b\nCOPY --from=x /a /a\n'],
    [true, 'FROM a AS x\nRUN x\nFROM x\n'],
    [false, 'FROM a AS unused\nRUN x\nFROM b\n'],
    [
      false,
      'FROM --platform=$BUILDPLATFORM a AS x\nRUN x\nFROM x AS y\nRUN y\nFROM b\nCOPY --from=y /a /a\n',
    ],
    [true, 'FROM --platform=$BUILDPLATFORM a AS x\nRUN x\nFROM b\nCOPY --from=x /a /a\nRUN y\n'],
  ])('have to run while it is built: %s for %j', (runs, text) => {
    expect(recipeOf(text, ARM64).recipe.environment?.own?.runs).toBe(runs);
  });
});

describe('the directives of your own Dockerfile', () => {
  const body = 'FROM a:1\n';

  it.each([
    ['# syntax=docker/dockerfile:1\n', 'docker/dockerfile:1'],
    ['#SYNTAX = docker/dockerfile:1.7-labs \r\n# check=skip=all\n', 'docker/dockerfile:1.7-labs'],
    ['\uFEFF# syntax=docker.io/docker/dockerfile\n', 'docker/dockerfile'],
    [
      '#!/usr/bin/env docker\n# syntax=docker/dockerfile-upstream:master\n',
      'docker/dockerfile-upstream:master',
    ],
    ['# check=error=true\n# syntax=docker/dockerfile:1\n# check=x\n', 'docker/dockerfile:1'],
    ['// syntax=docker/dockerfile:1\n', 'docker/dockerfile:1'],
  ])('leave the frontend alone, which is an image like the others: %j', (head, name) => {
    const { own } = recipeOf(head + body).recipe.environment ?? {};
    const [first = '', ...others] = own?.text.split('\n') ?? [];

    expect(imagesOf(head + body)).toEqual([name, 'a:1']);
    expect(own?.images.map(({ base }) => platformName(base))).toEqual(['index', 'linux/amd64']);
    const [{ start, end } = { start: 0, end: 0 }] = own?.images ?? [];
    expect(printReference(parseReference(first.slice(start, end)), { familiar: true })).toBe(name);
    expect(first.slice(0, start)).toBe('# syntax=');
    expect(others.join('\n')).not.toMatch(/syntax|check=|#!|\uFEFF|\/\//i);
    expect(others).toHaveLength((head + body).split('\n').length - 1);
  });

  it.each([
    '# A comment\n# syntax=docker/dockerfile:1\n',
    ' # syntax=docker/dockerfile:1\n',
    '\n# syntax=evil/frontend\n',
    '# other=x\n# escape=`\n',
  ])('are comments where BuildKit takes them for some: %j', (head) => {
    expect(imagesOf(head + body)).toEqual(['a:1']);
    expect(recipeOf(head + body).recipe.environment?.own?.text).not.toMatch(/syntax|escape/);
  });

  it.each(['1.3', '1.0-experimental', `1.2.1@sha256:${'a'.repeat(64)}`])(
    'name no frontend that would read heredocs as instructions: %s',
    (tag) => {
      const text = `# syntax=docker/dockerfile:${tag}\nFROM a:1\nRUN <<X\nFROM b:1\nX\n`;

      expect(problemsOf(text)).toEqual(['1 frontend']);
      expect(problemsOf(text.replace(tag, '1.4'))).toEqual([]);
      const plain = `# syntax=docker/dockerfile:${tag}\nFROM a:1\nRUN x\n`;
      expect(problemsOf(plain)).toEqual([]);
      expect(problemsOf(plain, ', build: [make]')).toEqual(['1 frontend']);
    },
  );

  it.each([
    ['# syntax=evil/frontend\n', '1 frontend'],
    ['// syntax=evil/frontend\n', '1 frontend'],
    ['\uFEFF# syntax=evil/frontend\n', '1 frontend'],
    ['#!/bin/x\n# syntax=evil/frontend\n', '2 frontend'],
    ['{"syntax": "evil/frontend"}\n', '1 frontend'],
    ['# syntax=docker/dockerfile:1 more\n', '1 frontend'],
    ['# syntax=docker/dockerfile:-\n', '1 invalid-reference'],
    ['# escape=`\n', '1 escape'],
  ])('are refused when they are needed: %j', (head, problem) => {
    expect(problemsOf(head + body)).toContain(problem);
  });
});

describe('your own Dockerfile', () => {
  it('that copies its context holds the code itself, and says so', () => {
    const { recipe } = recipeOf('FROM a:1\nCOPY . /app\n');

    expect(recipe.mode).toBe('none');
    expect(recipe.code).toBeUndefined();
    expect(recipe.findings.map(({ code }) => code)).toEqual(['copies-context']);
  });

  it.each(['COPY ./ /app', 'ADD . /app', 'COPY ["." , "/app"]', 'COPY --chown=1 * /app/'])(
    '%s copies it too',
    (line) => {
      expect(recipeOf(`FROM a:1\n${line}\n`).recipe.mode).toBe('none');
    },
  );

  it.each(['COPY --from=x . /app', 'COPY src /app', 'COPY a . ', 'RUN cp . /app'])('%s does not', (line) => {
    expect(recipeOf(`FROM a:1 AS x\nFROM x\n${line}\n`).recipe.mode).toBeUndefined();
  });

  it('that writes a .bashrc is told that no job reads it', () => {
    const { recipe } = recipeOf('FROM a:1\nRUN echo "export A=b" > /root/.bashrc\n');

    expect(recipe.findings).toMatchObject([{ level: 'notice', code: 'shell-file', location: { line: 2 } }]);
  });

  it('gets a work directory only when it has none', () => {
    expect(recipeOf('FROM a:1\nWORKDIR /app\nWORKDIR sub\n').recipe).toMatchObject({
      code: { folder: '/app/sub' },
      environment: { workdir: '/app/sub', layout: { workdir: undefined } },
    });
    expect(recipeOf('FROM a:1\n').recipe).toMatchObject({
      code: { folder: '/workspace' },
      environment: { workdir: '/workspace', layout: { workdir: '/workspace' } },
    });
  });

  it('is built as it is, by digest, line for line', () => {
    const { recipe, files } = recipeOf(
      '#!/bin/x\n# syntax=docker/dockerfile:1\nFROM a:1 AS x\nWORKDIR /app\nFROM b:1\n',
      ', target: x',
    );

    const plan = planJobs(
      [recipe],
      factsOf([recipe], files),
      { kind: 'engine' },
      { mirrors: new Map([['docker.io', 'm.example.org/hub']]) },
    );

    const { image } = plan.jobs[0] ?? {};
    if (image?.kind !== 'environment') throw new Error('no environment');
    expect(image.environment.build.dockerfile).toMatch(
      /^# syntax=m\.example\.org\/hub\/docker\/dockerfile@sha256:[0-9a-f]{64}\n#\nFROM m\.example\.org\/hub\/library\/a@sha256:[0-9a-f]{64} AS x\nWORKDIR \/app\nFROM m\.example\.org\/hub\/library\/b@sha256:[0-9a-f]{64}\n$/,
    );
    expect(image.environment.build).toMatchObject({ target: 'x', frontend: { tag: '1' } });
    expect(image.environment.build.reads.map(({ path }) => path)).toContain('hub/docker/dockerfile');
  });

  it('has the stage that is asked for, or lists those it has', () => {
    expect(() => recipeOf('FROM a:1 AS one\nFROM a:1 AS two\n', ', target: three')).toThrow(
      'has no stage "three"',
    );
    expect(() => recipeOf('FROM a:1 AS one\n').recipe).not.toThrow();
  });
});

it('tells which stage a name may mean that is none', () => {
  const Dockerfile = 'FROM python:3.13 AS builder\nFROM python:3.13\nCOPY --from=bulder /a /a\n';
  const job = jobOf('run: x\nimage: { dockerfile: Dockerfile }\n');

  expect(chooseRecipe(job, treeOf({ Dockerfile })).findings).toMatchObject([
    { code: 'moving-tag', hint: 'did you mean "builder"?', location: { line: 3 } },
  ]);
});
