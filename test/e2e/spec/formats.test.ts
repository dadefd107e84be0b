import { describe, expect, it } from '@jest/globals';
import { jobimg } from '../support/jobimg.ts';
import { type Files, repositoryWith } from '../support/repository.ts';

const FILE = `version: 1
kind: experiment
params: { lr: 0.1, batch: 32 }
build: { image: "python:3.13-slim-bookworm" }
run: { cmd: "python train.py --lr={{ lr }} --batch={{ batch }}" }
`;

/** What a plan says without asking anybody. */
async function planned(files: Files, ...words: readonly string[]) {
  await using repository = await repositoryWith({ files });
  return await jobimg(['plan', '--json', '--offline', ...words], { cwd: repository.folder });
}

describe('files of other systems', () => {
  it('are merged, and a later one wins', async () => {
    const over = 'params: { lr: 0.5 }\nenvironment: { resources: { gpu: { limits: 2 } } }\n';
    const files = { 'polyaxonfile.yml': FILE, 'over.yml': over };

    const { json, code } = await planned(files, '--spec', 'polyaxonfile.yml', '--spec', 'over.yml');

    expect(code).toBe(0);
    expect(json.jobs[0]).toMatchObject({
      run: {
        command: ['/bin/bash', '-c', 'python train.py --lr=0.5 --batch=32'],
        resources: { gpu: { count: 2 } },
      },
    });
  });

  it('tell the place in the file of several that is wrong', async () => {
    const files = { 'polyaxonfile.yml': FILE, 'over.yml': 'params: {}\nenviroment: {}\n' };

    const { stderr, code } = await planned(files, '--spec', 'polyaxonfile.yml', '--spec', 'over.yml');

    expect(code).toBe(1);
    expect(stderr).toContain('over.yml:2:1: error: unknown key "enviroment"');
  });

  it('may say what nobody knows, when the caller allows it', async () => {
    const files = {
      'polyaxonfile.yml': `${FILE}environment: { resources: { gpu: { request: 1, limits: 1 } } }\n`,
    };

    const strict = await planned(files);
    const loose = await planned(files, '--no-strict');

    expect(strict.code).toBe(1);
    expect(strict.stderr).toContain('polyaxonfile.yml:6:36: error: unknown key "request"');
    expect(loose.code).toBe(0);
    expect(loose.stderr).toContain('polyaxonfile.yml:6:36: warning: unknown key "request"');
    expect(loose.stderr).toContain('did you mean "requests"?');
  });

  it('may use names that nobody declared, when the caller allows it', async () => {
    const files = { 'polyaxonfile.yml': FILE.replace('{{ batch }}', '{{ btach }}') };

    const { json, stderr, code } = await planned(files, '--undefined', 'empty');

    expect(code).toBe(0);
    expect(stderr).toMatch(/polyaxonfile\.yml:5:\d+: warning: "\{\{ btach \}\}": "btach" is not known/);
    expect(json.jobs[0]).toMatchObject({
      run: { command: ['/bin/bash', '-c', 'python train.py --lr=0.1 --batch='] },
    });
    expect((await planned(files)).code).toBe(1);
  });

  it('that describe no job are answered with the spec to write', async () => {
    const files = { 'docker/gpu.Dockerfile': 'FROM python:3.13\nCMD ["python", "main.py"]\n' };

    const { stderr, code } = await planned(files, '--spec', 'docker/gpu.Dockerfile');

    expect(code).toBe(1);
    expect(stderr).toContain('"docker/gpu.Dockerfile" is a Dockerfile, not a job spec');
    expect(stderr).toContain('{ image: { dockerfile: docker/gpu.Dockerfile }, run: python main.py }');
  });
});
