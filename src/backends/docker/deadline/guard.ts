import { access } from 'node:fs/promises';
import * as z from 'zod';
import { type Clock, systemClock } from '../../../io/clock.ts';
import type { EngineApi } from '../../../io/engine/api.ts';
import { createEngine } from '../../../io/engine/engine.ts';
import { EngineError } from '../../../io/engine/error.ts';
import { engineHost } from '../../../io/engine/host.ts';
import { homeFolder } from '../../../io/fs/folders.ts';
import { readTextFile } from '../../../io/fs/text-file.ts';
import { createPresence } from '../../../io/process/presence.ts';
import { stopContainer } from '../engine/containers.ts';
import { markOverdue } from './overdue-mark.ts';

/** No secret in it: any user of the machine can read it. */
const GuardArguments = z.object({
  context: z.string().optional(),
  container: z.string(),
  seconds: z.number(),
  grace: z.number(),
});
export type GuardArguments = z.infer<typeof GuardArguments>;

/** Seconds; an engine that cannot be asked is asked again so often. */
const ASK_AGAIN = 30;

/** Stops a container at its deadline when nobody else is left to do it; ends as soon as the container has. */
export async function guard(): Promise<void> {
  const parsed = GuardArguments.parse(JSON.parse(process.argv[2] ?? '{}'));
  const around = { env: process.env, home: homeFolder(process.env), readText: readTextFile, exists };
  await createPresence('guard').hold(parsed.container);
  await keepGuard(parsed, createEngine(await engineHost(around, parsed.context)), systemClock);
}

/** Whichever comes first: the end of the container, or its deadline, at which it is stopped and marked. */
export async function keepGuard(args: GuardArguments, engine: EngineApi, clock: Clock): Promise<void> {
  const over = new AbortController();
  const deadline = clock.now() + args.seconds * 1_000;
  const timer = sleepUntil(deadline, over.signal, clock).then((isDue) =>
    isDue ? stop(args, engine, clock) : undefined,
  );
  await Promise.race([timer, waitForEnd(args, engine, over.signal, clock)]);
  over.abort();
  await timer;
}

/** false when the signal came first. */
async function sleepUntil(deadline: number, signal: AbortSignal, clock: Clock): Promise<boolean> {
  while (!signal.aborted && clock.now() < deadline) {
    await clock.sleep(Math.min(deadline - clock.now(), 2 ** 31 - 1), signal).catch(() => undefined);
  }
  return !signal.aborted;
}

async function waitForEnd(
  { container }: GuardArguments,
  engine: EngineApi,
  signal: AbortSignal,
  clock: Clock,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const query = { condition: 'not-running' };
      await engine.json({ method: 'POST', path: `/containers/${container}/wait`, query, signal, timeout: 0 });
      return;
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return;
      await clock.sleep(ASK_AGAIN * 1_000, signal).catch(() => undefined);
    }
  }
}

async function stop(args: GuardArguments, engine: EngineApi, clock: Clock): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      if (await stopContainer(args.container, args.grace, { engine }))
        await markOverdue(args.container, engine);
      return;
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return;
      await clock.sleep(ASK_AGAIN * 1_000);
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
