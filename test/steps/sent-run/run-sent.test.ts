import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { planArtifact } from '../../../src/evidence/run-plan.ts';
import { findRecord } from '../../../src/evidence/run-record.ts';
import { INPUT_DEFAULTS } from '../../../src/inputs/inputs.ts';
import { createFetch } from '../../../src/io/http/fetch.ts';
import { printReference } from '../../../src/oci/reference.ts';
import type { Digest } from '../../../src/oci/types.ts';
import { createRegistry } from '../../../src/registry/client.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import { pushLeftRecord } from '../../../src/steps/left-runs/push-left-record.ts';
import { runSent } from '../../../src/steps/sent-run/run-sent.ts';
import type { Tools } from '../../../src/tools/tools.ts';
import { runPlan } from '../../backends/docker-bench.ts';
import { restlessClock } from '../../fakes/clock.ts';
import { type FakeRegistry, startFakeRegistry } from '../../fakes/registry-server.ts';
import { fakeWorld } from '../../fakes/tools.ts';

describe('a run that another repository has sent', () => {
  let server: FakeRegistry;
  let registry: Tools['registry'];
  beforeAll(async () => {
    server = await startFakeRegistry({ referrers: true });
    registry = createRegistry({
      fetch: createFetch({ clock: restlessClock, userAgent: 'jobimg-test' }),
      credentials: { find: async () => undefined, withhold: () => undefined },
      clock: restlessClock,
      destination: undefined,
      log: () => undefined,
    });
  });
  afterAll(() => server.close());

  async function send(changes: Partial<RunPlan> = {}) {
    const { digest } = server.seed('acme/train', 'v1', {});
    const image = { registry: server.host, path: 'acme/train', digest: digest as Digest };
    const run = runPlan(image, { kind: 'arguments', words: ['true'] }, changes);
    const plan = { ...image, digest: await registry.pushReferrer(image, planArtifact(run)) };
    return { run, image, text: printReference(plan) };
  }

  function start(text: string, world = fakeWorld({}), run?: string) {
    const allowed = { run, images: [`${server.host}/acme/*`], secrets: ['TOKEN'] };
    return runSent(text, allowed, { ...INPUT_DEFAULTS, folder: '.' }, { ...world.tools, registry });
  }

  it('is refused where the event may start nothing', async () => {
    const { text } = await send();
    const { rights } = fakeWorld({}).tools.caller;
    const world = fakeWorld({}, { rights: { ...rights, run: false, why: 'it is a pull request of a fork' } });

    await expect(start(text, world)).rejects.toThrow('nothing is started: it is a pull request of a fork');
    expect(world.started).toEqual([]);
  });

  it.each([
    ['secrets', { secrets: ['OTHER'] }, undefined, 'does not allow: OTHER'],
    ['another id', {}, 'other', 'and the input `run-id` says other'],
  ])('is refused for %s that its owner did not allow', async (_, changes, id, message) => {
    const { text } = await send(changes);
    const world = fakeWorld({});

    await expect(start(text, world, id)).rejects.toThrow(message);
    expect(world.started).toEqual([]);
  });

  it.each([
    ['nothing', undefined],
    ['a run that has not ended', { started: 'now' }],
  ])('gets no record of %s', async (_, record) => {
    const { image, run } = await send();

    await pushLeftRecord(run, record, registry);

    expect(await findRecord(run.id, image, registry)).toBeUndefined();
  });
});
