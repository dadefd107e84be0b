import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dockerOn } from '../docker-bench.ts';
import { type FakeBench, startFakeBench } from '../fake-bench.ts';

/** The engines of two machines that keep their records in one folder: both have the same address. */
describe('a run on the engine of another machine', () => {
  let bench: FakeBench;
  beforeEach(async () => {
    bench = await startFakeBench();
    bench.engine.info['Name'] = 'node-1';
  });
  afterEach(() => bench.close());

  const connect = (machine = 'node-1') => dockerOn(bench.engine.url, { machine }).backend;

  it('is known by its machine from before its start, and where it is listed', async () => {
    const backend = connect();
    const plan = bench.plan('sleeps');
    const intent = backend.intentOf(plan);

    const handle = await backend.submit(plan, intent);

    const [listed] = await backend.list();
    expect(intent.native['machine']).toBe('node-1');
    expect(listed?.handle).toEqual(handle);
    await backend.cancel(handle, 0);
  });

  it('is not absent because the engine here does not know it', async () => {
    const intent = connect('node-2').intentOf(bench.plan('sleeps'));

    await expect(connect().look(intent, [])).rejects.toThrow(
      'it was started on the engine of the machine "node-2", and the one here is of "node-1"',
    );
  });

  it('is not the container that has its name here', async () => {
    const backend = connect();
    const plan = bench.plan('sleeps');
    const handle = await backend.submit(plan, backend.intentOf(plan));
    const other = { ...handle, native: { ...handle.native, machine: 'node-2' } };

    await expect(backend.look(other, [])).rejects.toMatchObject({ findings: [{ code: 'engine' }] });
    await backend.cancel(handle, 0);
  });

  it('is absent where its own engine does not know it, and where nothing says whose it is', async () => {
    const { native, ...intent } = connect().intentOf(bench.plan('sleeps'));
    const { machine: _, ...unnamed } = native;

    const looks = [native, unnamed].map((one) => connect().look({ ...intent, native: one }, []));

    expect((await Promise.all(looks)).map(({ state }) => state)).toEqual(['absent', 'absent']);
  });
});
