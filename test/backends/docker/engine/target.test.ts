import { describe, expect, it } from '@jest/globals';
import { targetOfEngine } from '../../../../src/backends/docker/engine/target.ts';
import { checkFit } from '../../../../src/fit/checks/fit.ts';
import { MACHINES } from '../../../fit/machines.ts';

const CDI = { DiscoveredDevices: [{ Source: 'cdi', ID: 'nvidia.com/gpu=0' }] };

describe('the machine of an engine', () => {
  it('says its CPUs, how containers get GPUs, and how much room there is for images', () => {
    const disk = { folder: '/var/lib/docker', free: 12e9, device: 1 };
    const target = targetOfEngine({ info: { Architecture: 'aarch64', ...CDI }, smi: undefined, disk });

    expect(target).toEqual({
      name: "the engine's machine",
      architecture: { value: 'arm64', source: 'docker info' },
      runtime: { value: 'cdi', source: 'docker info' },
      freeDisk: { value: 12e9, source: 'the disk of /var/lib/docker' },
    });
  });

  it.each([
    [{ ServerVersion: '28.5.2', Runtimes: { nvidia: {}, runc: {} } }, 'legacy'],
    [{ ServerVersion: '29.1.4+dfsg', Runtimes: { nvidia: {} } }, 'legacy'],
    [{ ServerVersion: '29.2.0', Runtimes: { nvidia: {} } }, undefined],
    [{ ServerVersion: '28.5.2', Runtimes: { runc: {} } }, undefined],
    [{ ServerVersion: '28.5.2', Runtimes: { nvidia: {} }, ...CDI }, 'cdi'],
    [{ ServerVersion: 'dev', Runtimes: { nvidia: {} } }, undefined],
  ])('gives GPUs, as %j says, by %s', (info, expected) => {
    expect(targetOfEngine({ info, smi: undefined }).runtime?.value).toBe(expected);
  });

  it.each<[object, boolean | undefined, string | undefined]>([
    [{ Runtimes: { runc: {} } }, false, 'none'],
    [{ Runtimes: { runc: {} } }, true, undefined],
    [{ Runtimes: { runc: {} } }, undefined, undefined],
    [{ Runtimes: { runc: {}, 'nvidia-cdi': {} } }, false, undefined],
    [{ Runtimes: { runc: {} }, ...CDI }, false, 'cdi'],
    [{}, false, undefined],
  ])(
    'with a GPU, of which the engine says %j and whose toolkit is there: %s, gives it by %s',
    (info, toolkit, expected) => {
      expect(targetOfEngine({ info, toolkit, smi: { query: MACHINES.l4 } }).runtime?.value).toBe(expected);
    },
  );

  it('tells what is missing where containers get no GPU', () => {
    const target = targetOfEngine({
      info: { Runtimes: { runc: {} } },
      toolkit: false,
      smi: { query: MACHINES.l4 },
    });
    const [found] = checkFit({ image: {}, target });

    expect(found).toMatchObject({
      level: 'error',
      code: 'fit-runtime',
      message:
        "containers get no GPU on the engine's machine (docker info has no CDI device and no runtime of NVIDIA, and its container toolkit is not installed)",
      hint: expect.stringContaining('sudo nvidia-ctk runtime configure --runtime=docker'),
    });
    expect(
      targetOfEngine({ info: { Runtimes: { runc: {} } }, toolkit: false, smi: undefined }).runtime,
    ).toBeUndefined();
  });

  it('says of its GPUs what their driver says, and nothing that nobody knows', () => {
    const target = targetOfEngine({ info: {}, smi: { query: MACHINES.l4 } });

    expect([target.driver?.source, target.runtime, target.freeDisk, target.architecture]).toEqual([
      'nvidia-smi',
      undefined,
      undefined,
      undefined,
    ]);
  });
});
