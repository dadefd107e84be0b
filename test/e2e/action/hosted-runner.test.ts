import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureBuildkitImage } from '../../engine/buildkit/buildkit-image.ts';
import { VERSION } from '../../engine/buildkit/buildkit-programs.ts';
import { buildkitOf, type HostedRunner, startHostedRunner } from '../support/hosted-runner.ts';
import { jobimg } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { onlyPrograms } from '../support/programs.ts';
import { type Files, type Repository, repositoryWith } from '../support/repository.ts';
import { runStep, type Step, type StepEnded, startStep } from '../support/runner.ts';
import { type SmallDisk, smallDisk } from '../support/small-disk.ts';

const CONTAINER = 'buildx_buildkit_jobimg0';

/** So that each run of the tests builds anew, whatever a builder keeps from the one before. */
const FRESH = `${process.pid}-${performance.timeOrigin}`;

/** A job whose environment has a step, for tests that look at builders. */
function job(name: string, step = 'true'): Files {
  const image = `{ base: busybox, build: ["${step}"], env: { FRESH: "${FRESH}-${name}" } }`;
  return { 'jobimg.yml': `name: ${name}\nrun: echo ran\nimage: ${image}\ntimeout: 5m\n`, 'code.txt': '' };
}

interface Fixture {
  readonly repository: Repository;
  /** The environment, inputs and everything else of a step in that repository. */
  options(more?: Partial<Parameters<typeof startStep>[0]>): Parameters<typeof startStep>[0];
  [Symbol.asyncDispose](): Promise<void>;
}

describe("on GitHub's own runner as it is", () => {
  let parts: Parts;
  let runner: HostedRunner;
  let defaults: string;

  beforeAll(async () => {
    [parts, runner] = await Promise.all([
      startParts({ name: 'hosted-runner', auth: 'token', bases: ['busybox'] }),
      startHostedRunner('hosted'),
    ]);
    await ensureBuildkitImage(parts.registry);
    defaults = join(runner.folder, 'defaults.yml');
    await copyFile(parts.defaults, defaults);
    await runner.give(defaults);
  });

  afterAll(async () => {
    await runner?.removeBuilder();
    await Promise.all([parts, runner].map((one) => one?.[Symbol.asyncDispose]()));
  });

  function login(username = parts.registry.username): string {
    const { host, password } = parts.registry;
    return `- registry: ${host}\n  username: ${username}\n  password: ${password}\n`;
  }

  async function fixtureOf(files: Files, on = runner): Promise<Fixture> {
    const repository = await repositoryWith({ files });
    await on.give(repository.folder);
    const inputs = { registry: `${parts.registry.host}/acme/train`, 'registry-auth': login(), defaults };
    return {
      repository,
      options: (more = {}) => ({
        workspace: repository.folder,
        runner: on,
        ...more,
        env: { ...on.env, ...buildkitOf(parts.registry.host), ...more.env },
        inputs: { ...inputs, ...more.inputs },
      }),
      [Symbol.asyncDispose]: () => repository[Symbol.asyncDispose](),
    };
  }

  /** What `docker login` leaves; as its argument the password would stand where other tests look for it. */
  async function logInOfDocker(): Promise<string> {
    const { host, username, password } = parts.registry;
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    const config = join(runner.env['HOME'] ?? '', '.docker/config.json');
    await mkdir(dirname(config), { recursive: true });
    await writeFile(config, JSON.stringify({ auths: { [host]: { auth } } }));
    await runner.give(config);
    return config;
  }

  /** Whether the step called for a builder at all. */
  function builders(step: StepEnded): readonly string[] {
    return step.log.split('\n').filter((line) => line.startsWith('builder jobimg'));
  }

  describe('the builder', () => {
    beforeEach(() => runner.removeBuilder());

    it('is found again by the next step, and by another user of the engine', async () => {
      await using one = await fixtureOf(job('one'));
      await using two = await fixtureOf(job('two', 'echo two'));
      await using three = await fixtureOf(job('three', 'echo three'));

      const steps = [await runStep(one.options()), await runStep(two.options())];
      const env = { ...parts.withoutLogin, HOME: undefined, DOCKER_HOST: runner.env['DOCKER_HOST'] };
      const root = await runStep({ ...three.options({ env }), runner: undefined });

      expect([...steps, root].map(({ code }) => code)).toEqual([0, 0, 0]);
      expect([...steps, root].map(builders)).toEqual([
        [expect.stringMatching(/^builder jobimg: created in /)],
        ['builder jobimg: reused'],
        ['builder jobimg: reused'],
      ]);
      expect(await runner.buildx('ls')).not.toContain('jobimg');
    });

    it('is made once by two steps at the same time', async () => {
      await using one = await fixtureOf(job('first'));
      await using two = await fixtureOf(job('second', 'echo second'));

      const steps = await Promise.all([runStep(one.options()), runStep(two.options())]);

      expect(steps.map(({ code }) => code)).toEqual([0, 0]);
      expect(steps.flatMap(builders).sort()).toEqual([
        expect.stringMatching(/^builder jobimg: created in /),
        'builder jobimg: reused',
      ]);
    });

    it('is started again when it is killed during a build', async () => {
      await using fixture = await fixtureOf(job('killed', 'echo building; sleep 5'));
      await using step: Step = await startStep(fixture.options());

      await step.main.says('building');
      await runner.docker('kill', CONTAINER);
      const ended = await step.ended();

      expect(ended.log).toMatch(/the builder ended during the build: .*; the build is tried again/);
      expect(ended.code).toBe(0);
    });

    it.each([
      ['older', 'v0.9.0', /^the one before was replaced: it was created with v0\.9\.0$/m, VERSION],
      ['newer', 'v9.0.0', /^builder jobimg: reused, although it was created with v9\.0\.0$/m, 'v9.0.0'],
    ])('of a release that is %s gives way to none that is older', async (_, release, says, stays) => {
      await using fixture = await fixtureOf(job(`release-${release.slice(1, 2)}`));
      await runStep(fixture.options());
      await runner.remakeBuilder({ JOBIMG_BUILDKIT: `docker.io/moby/buildkit:${release}` });
      await fixture.repository.write(job(`release-${release.slice(1, 2)}`, `echo ${release}`));
      await runner.give(fixture.repository.folder);

      const step = await runStep(fixture.options());

      expect(step.code).toBe(0);
      expect(step.log).toMatch(says);
      expect(await runner.docker('inspect', '--format', '{{.Config.Env}}', CONTAINER)).toContain(stays);
    });

    it('is left alone when somebody else made it', async () => {
      await using fixture = await fixtureOf(job('foreign'));
      await runStep(fixture.options());
      await runner.remakeBuilder({ JOBIMG_SETTINGS: undefined });
      await fixture.repository.write(job('foreign', 'echo foreign'));
      await runner.give(fixture.repository.folder);

      const step = await runStep(fixture.options());

      expect(step.code).toBe(4);
      expect(step.log).toMatch(
        /error: there is a builder "jobimg" on this engine that jobimg did not create/,
      );
      expect(step.log).toMatch(/JOBIMG_BUILDER=jobimg/);
    });

    it('trusts what the machine trusts, and is made anew when that changes', async () => {
      await using one = await fixtureOf(job('trust'));
      await using two = await fixtureOf(job('trust-more', 'echo more'));
      const bundle = join(runner.folder, 'bundle.pem');
      const [known = ''] = rootCertificates;
      await writeFile(bundle, `${known}\n`);
      await runner.give(bundle);

      const before = await runStep(one.options());
      const after = await runStep(two.options({ env: { SSL_CERT_FILE: bundle } }));
      await runner.docker('cp', `${CONTAINER}:/etc/buildkit/certs/docker.io/docker.io.pem`, runner.folder);
      const trusted = await readFile(join(runner.folder, 'docker.io.pem'), 'utf8');

      expect([before.code, after.code]).toEqual([0, 0]);
      expect(after.log).toMatch(/^the one before was replaced: .*other network settings$/m);
      expect(trusted).toContain(known);
      expect(await runner.docker('inspect', '--format', '{{.Config.Env}}', CONTAINER)).toContain(
        'SSL_CERT_FILE=/etc/buildkit/certs/docker.io/docker.io.pem',
      );
    });

    it('goes with its cache in the post step when told so', async () => {
      await using fixture = await fixtureOf(job('goes'));
      await using step = await startStep(fixture.options({ inputs: { 'keep-builder': 'false' } }));

      const main = await step.ended();
      const post = await step.post();

      expect([main.code, post.code]).toEqual([0, 0]);
      expect(post.log).toContain('builder jobimg: removed, and its cache');
      expect(await runner.docker('ps', '--all', '--quiet', '--filter', `name=${CONTAINER}`)).toBe('');
      expect(await runner.docker('volume', 'ls', '--quiet', '--filter', `name=${CONTAINER}`)).toBe('');
    });

    it('is removed by `jobimg prune`', async () => {
      await using fixture = await fixtureOf(job('pruned'));
      await runStep(fixture.options());
      const env = { DOCKER_HOST: runner.env['DOCKER_HOST'] ?? '' };

      const [removed, again] = [await jobimg(['prune'], { env }), await jobimg(['prune'], { env })];

      const [first = '', second = ''] = [removed, again].map(({ stdout }) =>
        stdout.trim().split('\n').at(-1),
      );
      expect([removed.code, first]).toEqual([0, 'builder jobimg: removed, and its cache']);
      expect([again.code, second]).toEqual([0, 'builder jobimg: there is none']);
    });

    it('is not made where docker/setup-buildx-action has made one', async () => {
      await using fixture = await fixtureOf(job('setup'));
      const image = `image=${parts.registry.host}/moby/buildkit:${VERSION}`;
      const create = ['create', '--name', 'builder-1', '--driver', 'docker-container', '--use'];
      const config = await logInOfDocker();
      await runner.docker('--config', dirname(config), 'pull', image.slice('image='.length));
      await rm(config);
      await runner.buildx(...create, '--driver-opt', `${image},network=host`);

      const step = await runStep(fixture.options());
      await runner.buildx('rm', 'builder-1');

      expect(step.code).toBe(0);
      expect(builders(step)).toEqual([]);
    });

    it('and everything else use the login that an earlier step made', async () => {
      await using fixture = await fixtureOf(job('login'));
      const config = await logInOfDocker();

      const step = await runStep(fixture.options({ inputs: { 'registry-auth': '' } }));
      await rm(config);

      expect(step.code).toBe(0);
      expect(builders(step)).toEqual([expect.stringMatching(/^builder jobimg: created in /)]);
    });

    it('is not made where nothing is pushed, nor where pushing is not allowed', async () => {
      await using fixture = await fixtureOf(job('local'));

      const local = await runStep(fixture.options({ inputs: { registry: 'none' } }));
      const readonly = await runStep(fixture.options({ inputs: { 'registry-auth': login('readonly') } }));

      expect([local.code, readonly.code]).toEqual([0, 1]);
      expect([local, readonly].flatMap(builders)).toEqual([]);
      expect(readonly.log).toMatch(/→ .*may push to/);
    });

    it('is not made where the operator says which one to use', async () => {
      await using fixture = await fixtureOf(job('operator'));

      const step = await runStep(fixture.options({ env: { JOBIMG_BUILDER: 'default' } }));

      expect(step.code).toBe(4);
      expect(step.log).toMatch(
        /does not use the containerd image store, so it cannot push images reproducibly/,
      );
      expect(builders(step)).toEqual([]);
    });

    it('that cannot be made is told with the ways that are open', async () => {
      await using fixture = await fixtureOf(job('nowhere'));
      const elsewhere = join(runner.folder, 'elsewhere.yml');
      await copyFile(defaults, elsewhere);
      await runner.docker('image', 'rm', '--force', `${parts.registry.host}/moby/buildkit:${VERSION}`);
      await using other = await startParts({ name: 'hosted-without', auth: 'none', bases: ['busybox'] });
      await copyFile(other.defaults, elsewhere);
      await runner.give(elsewhere);

      const step = await runStep(fixture.options({ inputs: { defaults: elsewhere } }));

      expect(step.code).toBe(4);
      expect(step.log).toMatch(/no builder could be created next to it: its image .* cannot be pulled/);
      expect(step.log).toMatch(/mirrors: .*containerd-snapshotter.*JOBIMG_BUILDER/);
    });
  });

  describe('with a small disk', () => {
    let disk: SmallDisk;
    let small: HostedRunner;

    beforeAll(async () => {
      disk = await smallDisk('hosted-small', '420m');
      small = await startHostedRunner('hosted-small');
    });

    afterAll(async () => {
      await small?.removeBuilder();
      await Promise.all([small, disk].map((one) => one?.[Symbol.asyncDispose]()));
    });

    /** A job whose environment has so many megabytes that no compression makes fewer. */
    async function step(name: string, megabytes: number): Promise<StepEnded> {
      await using fixture = await fixtureOf(
        job(name, `dd if=/dev/urandom of=/data bs=1M count=${megabytes}`),
        small,
      );
      return await runStep(fixture.options());
    }

    it('the builder goes with its cache when the engine needs the room for the image', async () => {
      const ended = await step('roomy', 70);

      expect(ended.log).toMatch(
        /^the builder was removed with its cache, because the image needs the space$/m,
      );
      expect(ended.log).toMatch(/^ran$/m);
      expect(ended.code).toBe(0);
    });

    it('a build that does not fit says so, and what makes room', async () => {
      const ended = await step('full', 400);

      expect(ended.code).not.toBe(0);
      expect(ended.log).toMatch(/no space left on device/i);
      expect(ended.log).toMatch(/→ .*sudo rm -rf \/usr\/local\/lib\/android/);
    });
  });

  describe('on a pod without Docker', () => {
    it('a change of the code and no change are pushed and found; a new environment says what it needs', async () => {
      await using programs = await onlyPrograms();
      await using fixture = await fixtureOf(job('pod'));
      const bare = { PATH: programs.path, DOCKER_HOST: undefined };
      const inputs = { dispatch: 'false' };
      await runStep(fixture.options({ inputs }));

      const same = await runStep(fixture.options({ inputs, env: bare }));
      await fixture.repository.write({ 'code.txt': 'edited\n' });
      const edited = await runStep(fixture.options({ inputs, env: bare }));
      await fixture.repository.write(job('pod', 'echo changed'));
      const changed = await runStep(fixture.options({ inputs, env: bare }));

      expect([same.code, edited.code, changed.code]).toEqual([0, 0, 4]);
      expect([same, edited].map(({ outputs }) => outputs.get('cache'))).toEqual(['image', 'environment']);
      expect(changed.log).toMatch(/error: the build needs Docker with buildx, and this machine has neither/);
      expect(changed.log).toMatch(/build the image once on a machine with Docker/);
    });
  });
});
