import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Ended, jobimg } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { repositoryWith } from '../support/repository.ts';

describe('an image that lacks something', () => {
  let parts: Parts;

  beforeAll(async () => {
    parts = await startParts({ name: 'lacks', auth: 'none' });
  });

  afterAll(() => parts?.[Symbol.asyncDispose]());

  async function runOf(spec: string): Promise<Ended> {
    await using repository = await repositoryWith({ files: { 'jobimg.yml': spec } });
    const words = ['run', '--registry', 'none', '--defaults', parts.defaults, '--json'];
    return await jobimg(words, { cwd: repository.folder, env: parts.env });
  }

  const USES = `run: [python -c "import ctypes; ctypes.CDLL('libgomp.so.1'); print('found')", less --version]\n`;

  it('is told which packages have it, and has it with them', async () => {
    const lacking = await runOf(`${USES}image: {}\n`);
    const mended = await runOf(`${USES}image: { apt: [libgomp1, less] }\n`);

    expect(lacking.code).toBe(1);
    expect(lacking.stderr).toMatch(
      /^jobimg\.yml:2:8: error: the image has no "libgomp\.so\.1"\n +→ write image: \{ apt: \[libgomp1\] \}$/m,
    );
    expect(lacking.json.findings).toContainEqual(expect.objectContaining({ code: 'image-lacks' }));
    expect(mended.stderr).toMatch(/^found$/m);
    expect(mended.code).toBe(0);
  });

  it('is told of a program that a step of the build misses', async () => {
    const ended = await runOf('run: x\nimage:\n  build: ["git --version"]\n');

    expect(ended.code).toBe(125);
    expect(ended.stderr).toMatch(
      /^jobimg\.yml:3:11: error: the step "build 1" failed[\s\S]*→ write image: \{ apt: \[git\] \}$/m,
    );
  });

  it('says nothing of the kind when the job copes', async () => {
    const ended = await runOf('run: ffmpeg -version || echo "without it"\n');

    expect(ended.stderr).toMatch(/^without it$/m);
    expect(ended.json.findings.map(({ code }) => code)).not.toContain('image-lacks');
    expect(ended.code).toBe(0);
  });
});
