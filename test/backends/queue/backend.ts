import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import * as z from 'zod';
import { UserError } from '../../../src/errors.ts';
import { isDigest } from '../../../src/oci/digest.ts';
import { printReference } from '../../../src/oci/reference.ts';
import type { RunEvent } from '../../../src/run/types/event.ts';
import type { Handle } from '../../../src/run/types/handle.ts';
import type { Backend } from '../../../src/tools/backend.ts';

/** What the service says of a run as it goes, one JSON object a line. */
const ServiceEvent = z.discriminatedUnion('event', [
  z.object({ event: z.enum(['queued', 'pulling']), detail: z.string() }),
  z.object({ event: z.literal('started') }),
  z.object({ event: z.literal('log'), text: z.string() }),
  z.object({ event: z.literal('ended'), code: z.number(), seconds: z.number() }),
  z.object({ event: z.literal('cancelled') }),
]);
export type ServiceEvent = z.infer<typeof ServiceEvent>;

const State = z.enum(['queued', 'running', 'ended']);
const Standing = z.object({ state: State });
const Listed = z.array(
  z.object({
    name: z.string(),
    job: z.string(),
    plan: z.custom<Handle['hash']>(isDigest),
    ticket: z.string(),
    state: State,
  }),
);

/** Runs jobs by a service over HTTP. It has no disk in common with this machine, and no container that anybody sees. */
export function createQueueBackend(service: string): Backend {
  const addressOf = ({ name, native }: Handle, what = ''): string =>
    `${native['service'] ?? service}/runs/${native['ticket'] ?? name}${what}`;

  return {
    intentOf: ({ id, hash }) => ({
      backend: 'queue',
      run: id,
      name: `jobimg-${id}`,
      hash,
      native: { service },
    }),
    async check({ mounts = [], mount }) {
      if (mounts.length === 0 && mount === undefined) return;
      throw new UserError('the machines of the service see no files of this one', {
        hint: 'leave out "mounts", and write "code: layer" or "code: none"',
      });
    },
    async submit(run, intent, signal) {
      if ('engineId' in run.image) throw new Error('a service pulls its images');
      const body = JSON.stringify({
        name: intent.name,
        job: run.job,
        plan: run.hash,
        image: printReference(run.image),
        command: run.command.kind === 'shell' ? run.command.text : run.command.words.join(' '),
        pool: run.backend.options['pool'],
      });
      const answer = await fetch(`${service}/runs`, { method: 'POST', body, signal: signal ?? null });
      const { ticket } = z.object({ ticket: z.string() }).parse(await answer.json());
      return { ...intent, native: { ...intent.native, ticket } };
    },
    async *follow(handle, signal) {
      const stop = () => void fetch(addressOf(handle, '/stop'), { method: 'POST' });
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop);
      const { body } = await fetch(addressOf(handle, '/events'));
      if (body === null) throw new Error('the service has no events');
      for await (const line of createInterface({ input: Readable.fromWeb(body) }))
        yield eventOf(ServiceEvent.parse(JSON.parse(line)));
    },
    async collect(handle, _run, folder) {
      const answer = await fetch(addressOf(handle, '/outputs'));
      const outputs = z.record(z.string(), z.string()).parse(await answer.json());
      for (const [path, text] of Object.entries(outputs)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }
      return { files: Object.keys(outputs).sort(), more: 0, findings: [] };
    },
    cancel: async (handle) => void (await fetch(addressOf(handle), { method: 'DELETE' })),
    stop: async (handle) => void (await fetch(addressOf(handle, '/stop'), { method: 'POST' })),
    async look(handle) {
      const answer = await fetch(addressOf(handle));
      const state = answer.status === 404 ? 'absent' : Standing.parse(await answer.json()).state;
      return { state, overdue: false, secrets: new Map() };
    },
    async list() {
      const answer = await fetch(`${service}/runs`);
      // The service is one user's: whatever is there is ours, and waits as long as it must.
      return Listed.parse(await answer.json()).map(({ job, name, plan, state, ticket }) => ({
        handle: {
          backend: 'queue',
          run: name.replace(/^jobimg-/, ''),
          name,
          hash: plan,
          native: { service, ticket },
        },
        job,
        state,
        overdue: false,
        isOwn: true,
      }));
    },
    async clean(handle) {
      await fetch(addressOf(handle), { method: 'DELETE' });
      return true;
    },
  };
}

function eventOf(event: ServiceEvent): RunEvent {
  switch (event.event) {
    case 'queued':
    case 'pulling':
      return { type: 'state', state: event.event, detail: event.detail };
    case 'started':
      return { type: 'state', state: 'started' };
    case 'log':
      return { type: 'log', stream: 'stdout', bytes: new TextEncoder().encode(event.text) };
    case 'cancelled':
      return { type: 'end', verdict: { reason: 'cancelled' } };
    default: {
      const reason = event.code === 0 ? 'succeeded' : 'failed';
      return { type: 'end', verdict: { reason, exitCode: event.code }, duration: event.seconds };
    }
  }
}
