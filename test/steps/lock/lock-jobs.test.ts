import { beforeEach, describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { INPUT_DEFAULTS, type Inputs } from '../../../src/inputs/inputs.ts';
import { LOCK_FILE } from '../../../src/lock/lock.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import { lockJobs } from '../../../src/steps/lock/lock-jobs.ts';
import { main } from '../../../src/steps/main.ts';
import { type FakeWorld, fakeWorld } from '../../fakes/tools.ts';

const SPEC = 'run: python train.py\nimage: { requirements: requirements.txt, apt: [less] }\n';
const BASE = 'docker.io/library/python:3.13-slim-bookworm';
const INPUTS: Inputs = {
  ...INPUT_DEFAULTS,
  folder: '/repository',
  registry: { kind: 'repository', text: 'ghcr.io/acme/train' },
  until: 'plan',
};

let world: FakeWorld;

beforeEach(() => {
  world = fakeWorld({ 'jobimg.yml': SPEC, 'requirements.txt': 'six\n', 'train.py': 'import six\n' });
  world.answers.set('0.txt', 'Inst less (590-2 Debian:12/stable [amd64])\n');
  world.answers.set('1.json', report('six', '1.17.0'));
});

function report(name: string, version: string): string {
  const url = `https://files.example.org/${name}-${version}-py3-none-any.whl`;
  const archive = { hashes: { sha256: sha256(url).slice('sha256:'.length) } };
  return JSON.stringify({
    install: [{ metadata: { name, version }, download_info: { url, archive_info: archive } }],
  });
}

/** As the entry does it. */
async function lock(): Promise<string> {
  const { text = '' } = await lockJobs(INPUTS, world.tools);
  world.files.set(LOCK_FILE, text);
  return text;
}

async function planned() {
  world.asked.length = 0;
  const { plan, findings } = await main({ ...INPUTS, check: true }, world.tools);
  const [job] = plan.jobs;
  if (job?.image.kind !== 'layer') throw new Error('a layer was expected');
  return { image: job.image, dockerfile: job.image.environment.build.dockerfile, findings };
}

async function findingsOf(work: Promise<unknown>): Promise<readonly string[]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof UserError) return error.findings.map(({ level, message }) => `${level}: ${message}`);
    throw error;
  }
  return [];
}

describe('with a lock', () => {
  it('a plan pins what it names, and asks nobody for the base', async () => {
    await lock();

    const { dockerfile, image } = await planned();

    expect(world.asked).toEqual([]);
    expect(image.id).toBeDefined();
    expect(dockerfile).toContain('-- less=590-2 ||');
    expect(dockerfile).toContain("--require-hashes -r /dev/stdin <<'--end--'\nsix==1.17.0 --hash=sha256:");
  });

  it('a plan is the same offline', async () => {
    await lock();
    const online = await planned();

    const { plan } = await main({ ...INPUTS, offline: true }, world.tools);

    expect(plan.jobs[0]?.image).toMatchObject({ id: online.image.id });
  });

  it('a tag that moves changes nothing', async () => {
    await lock();
    const before = await planned();

    world.bases.set(BASE, sha256('moved'));
    const after = await planned();

    expect(after.image.id).toBe(before.image.id);
  });

  it('is the same text when it is made again', async () => {
    const first = await lock();

    expect(await lock()).toBe(first);
  });

  it('is not used where the spec says so', async () => {
    const open = await planned();
    await lock();
    world.files.set('jobimg.yml', SPEC.replace('apt:', 'lock: off, apt:'));

    const { dockerfile, findings } = await planned();

    expect(dockerfile).toBe(open.dockerfile);
    expect(findings.filter(({ code }) => code.startsWith('lock'))).toEqual([]);
  });
});

describe('after an edit', () => {
  const PIP =
    'the versions of "requirements.txt" in jobimg.lock were chosen for other requirements, so they are not used';
  const APT = 'the versions of "apt" in jobimg.lock were chosen for other requirements, so they are not used';

  it.each<readonly [string, string, string, readonly string[]]>([
    ['a comment', 'requirements.txt', '# for tests\n\nsix # here\n', []],
    ['another requirement', 'requirements.txt', 'six\nidna\n', [PIP]],
    ['an index', 'requirements.txt', '--index-url https://example.org/simple\nsix\n', [PIP]],
    ['the code', 'train.py', 'import six, sys\n', []],
    ['another apt package', 'jobimg.yml', SPEC.replace('less', 'less, git'), [APT]],
    ['a step of its own', 'jobimg.yml', SPEC.replace('apt:', 'build: [make], apt:'), []],
    [
      'another Python',
      'jobimg.yml',
      SPEC.replace('apt:', 'python: "3.12", apt:'),
      ['"base python:3.12-slim-bookworm" is not in jobimg.lock', APT, PIP],
    ],
    [
      'more packages',
      'jobimg.yml',
      SPEC.replace('apt:', 'packages: [idna], apt:'),
      ['"packages" is not in jobimg.lock'],
    ],
  ])('of %s the lock is stale where it has to be', async (_, file, text, stale) => {
    await lock();
    world.files.set(file, text);

    const { findings } = await planned();
    const checked = await lockJobs({ ...INPUTS, check: true, offline: true }, world.tools);

    const said = findings.filter(({ code }) => code.startsWith('lock'));
    expect(said.map(({ message }) => message)).toEqual(stale);
    expect(checked.findings.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual(
      stale,
    );
  });

  it('is refused where the lock is required, with everything that is not in it', async () => {
    await lock();
    world.files.set('jobimg.yml', SPEC.replace('apt:', 'lock: required, packages: [idna], apt:'));
    world.files.set('requirements.txt', 'idna\n');

    const findings = await findingsOf(planned());

    expect(findings).toEqual([`error: ${PIP}`, 'error: "packages" is not in jobimg.lock']);
  });

  it('that is locked again a required lock is enough', async () => {
    world.files.set('jobimg.yml', SPEC.replace('apt:', 'lock: required, apt:'));
    expect(await findingsOf(planned())).toContain('error: "apt" is not locked: there is no jobimg.lock');

    await lock();

    expect(await findingsOf(planned())).toEqual([]);
  });
});

describe('a check of the lock', () => {
  it('says that a base has moved, and is content', async () => {
    await lock();
    world.bases.set(BASE, sha256('moved'));

    const { findings, text } = await lockJobs({ ...INPUTS, check: true }, world.tools);

    expect(text).toBeUndefined();
    expect(findings).toEqual([
      expect.objectContaining({
        level: 'notice',
        code: 'base-moved',
        message: `base "${BASE}" moved from ${sha256('base')} to ${sha256('moved')}`,
      }),
    ]);
  });

  it('names everything when there is no lock', async () => {
    const { findings } = await lockJobs({ ...INPUTS, check: true }, world.tools);

    expect(findings.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      'error: "base python:3.13-slim-bookworm" is not locked: there is no jobimg.lock',
      'error: "apt" is not locked: there is no jobimg.lock',
      'error: "requirements.txt" is not locked: there is no jobimg.lock',
    ]);
  });
});

describe('what cannot be locked', () => {
  it('is a base behind a login, for code that gets no credentials', async () => {
    world.denied.add(BASE);
    const rights = { ...world.tools.caller.rights, credentials: false, why: "it is a stranger's" };

    const making = lockJobs(INPUTS, { ...world.tools, caller: { ...world.tools.caller, rights } });

    await expect(making).rejects.toThrow(/no credentials are used for this event: it is a stranger's$/);
  });

  it('is named with its package', async () => {
    world.answers.set(
      '1.json',
      JSON.stringify({
        install: [{ metadata: { name: 'six', version: '1' }, download_info: { url: 'file:///six.whl' } }],
      }),
    );

    expect(await findingsOf(lock())).toEqual([
      'error: "six==1" (requirements.txt) cannot be locked: it has neither a SHA-256 nor a commit',
    ]);
  });

  it('is a single job', async () => {
    const inputs: Inputs = { ...INPUTS, job: { kind: 'named', name: 'train' } };

    await expect(lockJobs(inputs, world.tools)).rejects.toThrow('a lock holds every job of the spec');
  });
});
