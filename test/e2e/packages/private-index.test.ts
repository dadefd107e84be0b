import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Files, repositoryWith } from '../support/repository.ts';
import { MODULE, PACKAGE, type PackageIndex, startPackageIndex } from '../support/servers/package-index.ts';

const ANNA = { user: 'anna', password: `p#a's$s%w@r:d${randomBytes(8).toString('hex')}` };
const BERT = { user: 'bert', password: randomBytes(16).toString('hex') };
const CI = { user: '__token__', password: `tok_${randomBytes(16).toString('hex')}` };

const loginOf = ({ user, password }: typeof ANNA): string => `${user}:${password}`;

describe('packages of a private index', () => {
  let parts: Parts;
  let index: PackageIndex;

  beforeAll(async () => {
    [parts, index] = await Promise.all([
      startParts({ name: 'private-index' }),
      startPackageIndex([ANNA, BERT, CI]),
    ]);
  });

  afterAll(async () => {
    await Promise.all([parts, index].map((one) => one?.[Symbol.asyncDispose]()));
  });

  function spec(image: string): string {
    return `name: sauce
run: python -c "import ${MODULE}; print('it is', ${MODULE}.TASTE)"
image: { ${image}, index: { url: "${index.url}", secret: INDEX_LOGIN } }
`;
  }

  async function call(
    files: Files,
    login: string | undefined,
    words: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): Promise<readonly [Ended, string]> {
    await using repository = await repositoryWith({ files });
    // The index is on loopback of the machine.
    const network = { JOBIMG_BUILD_NETWORK: 'host' };
    const env = { ...parts.env, ...network, ...more, ...(login === undefined ? {} : { INDEX_LOGIN: login }) };
    const place = ['--registry', `${parts.registry.host}/acme/sauce`, '--defaults', parts.defaults];
    const ended = await jobimg([...words, ...place], { cwd: repository.folder, env });
    const lock = await readFile(join(repository.folder, 'jobimg.lock'), 'utf8').catch(() => '');
    return [ended, lock];
  }

  const REQUIREMENTS = { 'requirements.txt': `${PACKAGE}==1.0\n` };
  const withRequirements = (): Files => ({
    'jobimg.yml': spec('requirements: requirements.txt'),
    ...REQUIREMENTS,
  });

  it('are installed with the login of whoever builds, and the image is the same for all of them', async () => {
    const [anna] = await call(withRequirements(), loginOf(ANNA), ['run', '--json']);
    const [bert] = await call(withRequirements(), loginOf(BERT), ['build', '--json', '--rebuild']);
    const [token] = await call(withRequirements(), CI.password, ['build', '--json', '--rebuild']);

    expect(anna.stderr).toContain('it is secret sauce');
    expect(onlyJob(anna)).toMatchObject({ runs: [{ status: 'success' }] });
    const images = [anna, bert, token].map((ended) => onlyJob(ended).image);
    expect(images.map(({ result }) => result)).toEqual(['pushed', 'pushed', 'pushed']);
    expect(new Set(images.map(({ id }) => id)).size).toBe(1);
    expect(new Set(images.map(({ digest }) => digest)).size).toBe(1);
  });

  it('come from this index and no other that the machine has', async () => {
    const files = { 'jobimg.yml': spec(`packages: ["${PACKAGE}"]`) };

    const [built] = await call(files, loginOf(ANNA), ['build', '--json'], {
      PIP_INDEX_URL: 'http://127.0.0.1:9/simple/',
      PIP_EXTRA_INDEX_URL: 'http://127.0.0.1:9/more/',
    });

    expect(onlyJob(built).image.result).toBe('pushed');
  });

  it('are refused with a wrong login, and the message names the secret and never shows it', async () => {
    const files = { 'jobimg.yml': spec(`packages: ["${PACKAGE}>=0.1"]`) };

    const [refused] = await call(files, 'anna:wrongpassword', ['build']);

    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('refused the credentials: check that the secret "INDEX_LOGIN"');
    expect(refused.stderr).not.toContain('wrongpassword');
  });

  it('are not asked for without the secret, nor with one that no tool could read', async () => {
    const files = { 'jobimg.yml': spec(`packages: ["${PACKAGE}>=0.2"]`) };

    const [missing] = await call(files, undefined, ['build']);
    const [blank] = await call(files, 'anna:pass word', ['build']);

    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('the build secret "INDEX_LOGIN" has no value');
    expect(blank.code).toBe(1);
    expect(blank.stderr).toContain('the value of the secret "INDEX_LOGIN" cannot be passed to pip and uv');
    expect(blank.stderr).not.toContain('pass word');
  });

  it('are said to be missing where the index does not have them', async () => {
    const files = { 'jobimg.yml': spec(`packages: ["${PACKAGE}==7.0"]`) };

    const [refused] = await call(files, loginOf(BERT), ['build']);

    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(`check the name and version, and that ${index.url} has it`);
  });

  it('are locked with it, in a lock that holds no login, and built from the lock', async () => {
    const [made, lock] = await call(withRequirements(), loginOf(ANNA), ['lock']);
    const files = { ...withRequirements(), 'jobimg.lock': lock };

    const [built] = await call(files, loginOf(BERT), ['run', '--json']);

    expect(made.code).toBe(0);
    expect(lock).toContain(`"${PACKAGE}==1.0 --hash=sha256:${index.wheel.sha256}"`);
    expect(lock).not.toContain('anna');
    expect(onlyJob(built)).toMatchObject({ runs: [{ status: 'success' }] });
  });

  it('are installed by uv from a uv.lock that names the index', async () => {
    const { name, sha256, size } = index.wheel;
    const source = `{ registry = "${index.url}" }`;
    const files = {
      'jobimg.yml': spec('requirements: uv.lock'),
      'pyproject.toml': `[project]\nname = "train"\nversion = "0"\nrequires-python = ">=3.9"\ndependencies = ["${PACKAGE}"]\n`,
      'uv.lock': `version = 1
revision = 3
requires-python = ">=3.9"

[[package]]
name = "${PACKAGE}"
version = "1.0"
source = ${source}
wheels = [
    { url = "http://${index.host}/packages/${name}", hash = "sha256:${sha256}", size = ${size} },
]

[[package]]
name = "train"
version = "0"
source = { virtual = "." }
dependencies = [
    { name = "${PACKAGE}" },
]

[package.metadata]
requires-dist = [{ name = "${PACKAGE}" }]
`,
    };

    const [anna] = await call(files, loginOf(ANNA), ['run', '--json']);
    const [bert] = await call(files, loginOf(BERT), ['build', '--json', '--rebuild']);

    expect(anna.stderr).toContain('it is secret sauce');
    expect(onlyJob(anna)).toMatchObject({ runs: [{ status: 'success' }] });
    expect(onlyJob(bert).image.digest).toBe(onlyJob(anna).image.digest);
  });
});
