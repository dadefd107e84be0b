import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const execute = promisify(execFile);
const CLI = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

let root: string;
let compiled: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'jobimg-dist-'));
  compiled = join(root, 'home', '.cache', 'jobimg', 'compiled');
  mkdirSync(join(root, 'home'));
  mkdirSync(join(root, 'code'));
  writeFileSync(join(root, 'code', 'jobimg.yml'), 'image: { base: alpine }\nrun: "true"\ntimeot: 1m\n');
});

afterEach(() => rmSync(root, { recursive: true }));

/** What `jobimg check` says of a spec with a mistake. */
async function check(env: NodeJS.ProcessEnv = {}) {
  const options = {
    cwd: join(root, 'code'),
    env: { PATH: process.env['PATH'], HOME: join(root, 'home'), ...env },
  };
  const failed: { code: number; stdout: string; stderr: string } = await execute(
    process.execPath,
    [CLI, 'check'],
    options,
  ).then(
    () => Promise.reject(new Error('the spec was found right')),
    (error) => error,
  );
  return { code: failed.code, stdout: failed.stdout, stderr: failed.stderr };
}

function onlyFile(): string {
  const [name = '', ...more] = readdirSync(compiled);
  expect(more).toEqual([]);
  return join(compiled, name);
}

describe('a second call of the bundle', () => {
  it('runs what the first one compiled, and says the same', async () => {
    const first = await check();
    expect(first.stderr).toContain('timeot');
    const file = onlyFile();
    const { ino, mode, size } = statSync(file);
    expect(mode & 0o777).toBe(0o600);
    expect(size).toBeGreaterThan(100_000);

    expect(await check()).toEqual(first);
    expect(statSync(file).ino).toBe(ino);
  });

  it('says the same with a file that was damaged', async () => {
    const first = await check();
    const file = onlyFile();
    const whole = readFileSync(file);
    writeFileSync(file, Buffer.from(whole).fill(0xff, whole.length / 2));

    expect(await check()).toEqual(first);
    expect(readFileSync(file)).not.toEqual(whole.fill(0xff, whole.length / 2));
    expect(await check()).toEqual(first);
  });

  it.each([{ JOBIMG_REMEMBER: '0' }, { NODE_DISABLE_COMPILE_CACHE: '1' }])(
    'leaves nothing with %j, and says the same',
    async (env) => {
      const without = await check(env);

      expect(existsSync(compiled)).toBe(false);
      expect(await check()).toEqual(without);
    },
  );
});
