import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Files, repositoryWith } from '../support/repository.ts';

const FRESH = `${process.pid}-${performance.timeOrigin}`;

describe('what a base does not have', () => {
  let parts: Parts;

  beforeAll(async () => {
    parts = await startParts({ name: 'bases', auth: 'none', bases: ['python', 'debian'] });
  });

  afterAll(() => parts?.[Symbol.asyncDispose]());

  async function call(words: readonly string[], files: Files): Promise<Ended> {
    await using repository = await repositoryWith({ files });
    const place = ['--registry', `${parts.registry.host}/acme/bases`, '--defaults', parts.defaults, '--json'];
    return await jobimg([...words, ...place], { cwd: repository.folder, env: parts.env });
  }

  it('is Python, which comes from its distribution', async () => {
    const ended = await call(['run'], {
      'jobimg.yml': `run: python -c "import six, sys; print('six', six.__version__, 'in', sys.prefix)"
image: { base: "debian:13-slim", packages: [six==1.17.0], env: { FRESH: "${FRESH}" } }
`,
    });

    expect(ended.stderr).toContain('the base has no Python with venv, it gets the one of its distribution');
    expect(ended.stderr).toMatch(/^six 1\.17\.0 in \/opt\/venv$/m);
    expect(ended.code).toBe(0);
  });

  it('is the Python that is asked for, which comes from uv, or the build says what to do', async () => {
    const ended = await call(['run'], {
      'jobimg.yml': `run: python -V
image: { base: "python:3.13-slim-bookworm", python: 3.11, env: { FRESH: "${FRESH}" } }
`,
    });

    expect(ended.stderr).toMatch(/the base has Python 3\.13\.\d+, and 3\.11 is asked for: it comes from uv/);
    // A machine that reaches no GitHub gets none.
    expect(ended.stderr).toMatch(
      /^Python 3\.11\.|Python 3\.11 could not be fetched; choose a base that has it, such as image: \{ base: python:3\.11-slim-bookworm \}/m,
    );
    expect(ended.code).toBe(ended.stderr.includes('could not be fetched') ? 125 : 0);
  });

  const withSource = (image: string): Files => ({
    'jobimg.yml': `run:
  - python -c "import ahocorasick; print('made', ahocorasick.__name__)"
  - command -v gcc || echo no compiler
image: { requirements: requirements.txt${image} }
`,
    'requirements.txt': '--no-binary pyahocorasick\npyahocorasick==2.1.0\n',
  });

  it('is a compiler, and the build says how to have one', async () => {
    const ended = await call(['build'], withSource(''));

    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(/→ write image: \{ devel: build \}$/m);
  });

  it('is a compiler, which is beside the image while packages are made, and the same image comes out again', async () => {
    const files = withSource(', base: "python:3.13-slim-bookworm", devel: build');

    const first = await call(['run'], files);
    const again = await call(['build', '--rebuild'], files);

    expect(first.stderr).toMatch(/^made ahocorasick\nno compiler$/m);
    expect(first.code).toBe(0);
    expect(onlyJob(again).environment?.result).toBe('built');
    expect(onlyJob(again).image.digest).toBe(onlyJob(first).image.digest);
  });

  it('is a compiler, which is in the image while the job runs', async () => {
    const ended = await call(['run'], {
      'jobimg.yml': `run: |
  echo 'int main() { return 0; }' > a.c
  gcc a.c -o a
  ./a && echo compiled
image: { devel: runtime }
`,
    });

    expect(ended.stderr).toMatch(/^compiled$/m);
    expect(ended.code).toBe(0);
  });
});
