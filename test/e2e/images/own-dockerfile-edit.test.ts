import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readRequests } from '../support/images/images.ts';
import { type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { onlyPrograms } from '../support/programs.ts';
import { type Files, repositoryWith } from '../support/repository.ts';

/** Of a repository as many have them. */
const CODE: Files = Object.fromEntries(
  Array.from({ length: 2_000 }, (_, index) => [`src/${index % 20}/file${index}.py`, `value = ${index}\n`]),
);

describe('an own Dockerfile', () => {
  let parts: Parts;

  beforeAll(async () => {
    parts = await startParts({ name: 'own-dockerfile-edit', auth: 'none', bases: ['busybox'] });
  });

  afterAll(() => parts?.[Symbol.asyncDispose]());

  function call(
    command: string,
    name: string,
    folder: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ended> {
    const to = ['--registry', `${parts.registry.host}/${name}`, '--defaults', parts.defaults];
    return jobimg([command, '-C', folder, ...to, '--json'], { env: { ...parts.env, ...env } });
  }

  /** What a build asks of the registry after an edit of one file of the code, without a Docker. */
  async function requestsAfterEdit(name: string, files: Files): Promise<number> {
    await using programs = await onlyPrograms('node');
    await using repository = await repositoryWith({ files: { ...CODE, ...files } });
    await call('build', name, repository.folder);
    await repository.write({ 'src/3/file3.py': 'value = "edited"\n' });
    const before = (await readRequests(parts.registry)).length;

    const ended = await call('build', name, repository.folder, {
      PATH: programs.path,
      DOCKER_HOST: 'tcp://127.0.0.1:1',
    });

    expect(onlyJob(ended)).toMatchObject({ image: { result: 'pushed', cache: 'environment' } });
    return (await readRequests(parts.registry)).length - before;
  }

  it('that copies requirements alone needs no Docker, and no more requests than a job without it', async () => {
    const generated = await requestsAfterEdit('generated', {
      'jobimg.yml': 'name: train\nrun: ls\nimage: { base: "busybox:latest" }\n',
    });

    const own = await requestsAfterEdit('own', {
      Dockerfile: 'FROM busybox:latest\nWORKDIR /app\nCOPY requirements.txt /\n',
      'requirements.txt': 'six\n',
      'jobimg.yml': 'name: train\nrun: ls\nimage: { dockerfile: Dockerfile }\n',
    });

    expect(own).toBe(generated);
    expect(own).toBeLessThanOrEqual(9);
  });

  it('starts where its base does, and is refused where files of its base are not seen', async () => {
    await using base = await repositoryWith({
      files: {
        Dockerfile: 'FROM busybox:latest\nENV APP=/srv/app\nWORKDIR $APP\nONBUILD COPY extra.txt /extra/\n',
        'jobimg.yml': 'name: base\nrun: ls\ncode: none\nimage: { dockerfile: Dockerfile }\n',
      },
    });
    const { reference } = onlyJob(await call('build', 'base', base.folder)).image;
    await using repository = await repositoryWith({
      files: {
        Dockerfile: `FROM ${reference}\nWORKDIR /other\n`,
        'extra.txt': 'extra\n',
        'jobimg.yml':
          'name: train\nrun: "pwd > outputs/where; cat /extra/extra.txt code.txt; pwd"\nimage: { dockerfile: Dockerfile }\n',
        'code.txt': 'code\n',
      },
    });

    const refused = await call('build', 'train', repository.folder);
    await repository.write({ Dockerfile: `FROM ${reference}\nWORKDIR sub\n` });
    const ended = await call('run', 'train', repository.folder);

    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('has "ONBUILD COPY extra.txt /extra/"');
    expect(ended.stderr).toMatch(/^extra\ncode\n\/srv\/app\/sub$/m);
    expect(ended.code).toBe(0);
  });

  it('with a mistyped stage is told which stages there are', async () => {
    await using repository = await repositoryWith({
      files: {
        Dockerfile: 'FROM busybox:latest AS build\nFROM busybox:latest\nCOPY --from=biuld /x /x\n',
        'jobimg.yml': 'name: train\nrun: ls\nimage: { dockerfile: Dockerfile }\n',
      },
    });

    const ended = await call('build', 'typo', repository.folder);

    expect(ended.stderr).toContain('the Dockerfile has no stage "biuld" above this line');
    expect(ended.stderr).toContain('its stages: build');
  });
});
