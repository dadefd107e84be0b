import * as z from 'zod';
import { EngineError } from '../../../../io/engine/error.ts';
import type { LaunchFailure } from '../../../../run/reason.ts';
import { Created } from '../../engine/answers.ts';
import { removeContainer } from '../../engine/containers.ts';
import { ask, isStatus, type Launcher, settle } from '../../engine/docker.ts';
import { launchFailure } from '../../engine/launch-failure.ts';
import { LogReader } from '../../follow/stream.ts';
import { readSmokeTest, SMOKE_TEST } from './script.ts';

export type SmokeTest = { readonly failure: LaunchFailure } | { readonly note: string };

/** What of a container gives it its GPUs, as the engine keeps it. */
const Flags = z.object({
  Config: z.object({ Env: z.array(z.string()).nullish() }),
  HostConfig: z.object({ DeviceRequests: z.array(z.unknown()).nullish(), Runtime: z.string().nullish() }),
});

/** Milliseconds; a driver that hangs takes for ever. */
const PATIENCE = 120_000;
/** Characters that are kept, the last ones: the image may print without end. */
const MOST_SAID = 65_536;

/**
 * G12: whether a GPU can be used at all, in another container of the same image with the same GPUs, before the one of the
 * run is started. It has neither the code, nor secrets, nor a network.
 */
export async function smokeTest(
  container: { readonly id: string; readonly name: string; readonly image: string },
  docker: Launcher,
): Promise<SmokeTest> {
  const name = `${container.name}-smoke-test`;
  try {
    const said = await runTest(name, container, docker);
    return said === undefined ? unusable(`no answer came within ${PATIENCE / 1_000} s`) : verdictOf(said);
  } catch (error) {
    if (!(error instanceof EngineError) || error.status === undefined) throw error;
    return unusable(error.message, launchFailure(error.message).hint);
  } finally {
    await removeContainer(name, docker.cleaner);
  }
}

/** What it printed; undefined: it did not end. */
async function runTest(
  name: string,
  { id, image }: { readonly id: string; readonly image: string },
  docker: Launcher,
): Promise<string | undefined> {
  const path = `/containers/${encodeURIComponent(id)}/json`;
  const { Config, HostConfig } = await ask(docker, { method: 'GET', path }, Flags);
  const body = {
    Image: image,
    Entrypoint: ['/bin/sh'],
    Cmd: ['-c', SMOKE_TEST],
    Env: (Config.Env ?? []).filter((variable) => variable.startsWith('NVIDIA_')),
    HostConfig: {
      DeviceRequests: HostConfig.DeviceRequests ?? [],
      ...(HostConfig.Runtime ? { Runtime: HostConfig.Runtime } : {}),
      NetworkMode: 'none',
      SecurityOpt: ['no-new-privileges'],
      // Also when nobody is left to remove it.
      AutoRemove: true,
    },
  };
  await removeContainer(name, docker);
  const create = { method: 'POST', path: '/containers/create', query: { name }, body } as const;
  const made = (await ask(docker, create, Created)).Id;
  await settle(docker, { method: 'POST', path: `/containers/${made}/start`, timeout: 0 });
  return await logOf(made, docker);
}

async function logOf(id: string, docker: Launcher): Promise<string | undefined> {
  const signal = AbortSignal.timeout(PATIENCE);
  const query = { follow: true, stdout: true, stderr: true, timestamps: true };
  const reader = new LogReader();
  let said = '';
  try {
    const { body } = await docker.engine.call({
      method: 'GET',
      path: `/containers/${id}/logs`,
      query,
      signal,
    });
    for await (const chunk of body) {
      for (const { bytes } of reader.push(chunk)) said += Buffer.from(bytes).toString('utf8');
      said = said.slice(-MOST_SAID);
    }
    return said;
  } catch (error) {
    if (signal.aborted) return undefined;
    // It has ended, and is gone.
    if (isStatus(error, 404, 409)) return said;
    throw error;
  }
}

function verdictOf(said: string): SmokeTest {
  const { result, detail } = readSmokeTest(said);
  switch (result) {
    case 'usable':
      return { note: `the GPU was tried in a container: ${detail}` };
    case 'unusable':
      return unusable(detail);
    default:
      return { note: 'whether the GPU is usable is not known: the image has no program that could try it' };
  }
}

const HINT =
  'look at the machine: nvidia-smi there, and in a container (docker run --rm --gpus all <image> nvidia-smi); send jobs elsewhere until then, or write "preflight: error" to start without the test';

function unusable(detail: string, hint = HINT): SmokeTest {
  return { failure: { reason: 'preflight', detail: `no GPU is usable in a container: ${detail}`, hint } };
}
