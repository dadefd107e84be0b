import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ServiceEvent } from '../backends/queue/backend.ts';

export interface ServiceRun {
  readonly name: string;
  readonly job: string;
  /** Hash of the plan. */
  readonly plan: string;
  readonly image: string;
  readonly command: string;
  readonly pool?: string;
}

/** A service that runs jobs, on a real server: what happens to a run is what the test says. */
export interface QueueService {
  readonly url: string;
  /** Those that are there, by ticket. */
  readonly runs: ReadonlyMap<string, ServiceRun>;
  /** Every run that was handed in, in order. */
  readonly submitted: readonly ServiceRun[];
  /** The next run that somebody follows, when it is followed. */
  followed(): Promise<string>;
  /** What happens to a run; the last of them is its end. */
  tell(ticket: string, ...events: readonly ServiceEvent[]): void;
  close(): Promise<void>;
}

interface Standing {
  readonly run: ServiceRun;
  readonly events: ServiceEvent[];
  readonly followers: Set<ServerResponse>;
}

const OUTPUTS = { 'outputs/metrics.json': '{"loss": 0.25}', 'outputs/model.txt': 'weights' };

export async function startQueueService(): Promise<QueueService> {
  const standing = new Map<string, Standing>();
  const submitted: ServiceRun[] = [];
  const waiting: ((ticket: string) => void)[] = [];

  function tell(ticket: string, ...events: readonly ServiceEvent[]): void {
    const one = standing.get(ticket);
    if (one === undefined) throw new Error(`there is no run ${ticket}`);
    one.events.push(...events);
    for (const follower of one.followers) write(follower, events);
  }

  function submit(run: ServiceRun): string {
    const known = [...standing].find(([, one]) => one.run.name === run.name);
    if (known !== undefined) return known[0];
    submitted.push(run);
    const ticket = `t${submitted.length}`;
    standing.set(ticket, { run, events: [], followers: new Set() });
    return ticket;
  }

  function list(): readonly object[] {
    return [...standing].map(([ticket, { run, events }]) => ({ ...run, ticket, state: stateOf(events) }));
  }

  function takeOrList(body: string): object {
    return body === '' ? list() : { ticket: submit(JSON.parse(body) as ServiceRun) };
  }

  function follow(ticket: string, one: Standing, response: ServerResponse): void {
    one.followers.add(response);
    response.writeHead(200).flushHeaders();
    write(response, one.events);
    waiting.shift()?.(ticket);
  }

  /** What becomes of a run, and what is answered. */
  function act(method: string, ticket: string, { events }: Standing, what: string): object {
    if (what === 'stop' && !isOver(events)) tell(ticket, { event: 'cancelled' });
    if (method === 'DELETE') standing.delete(ticket);
    return what === 'outputs' ? OUTPUTS : { state: stateOf(events) };
  }

  const server = createServer(async (request, response) => {
    const [, , name, what = ''] = (request.url ?? '').split('/');
    if (name === undefined) {
      response.end(JSON.stringify(takeOrList(await text(request))));
      return;
    }
    const ticket = [...standing].find(([, { run }]) => run.name === name)?.[0] ?? name;
    const one = standing.get(ticket);
    if (one === undefined) response.writeHead(404).end();
    else if (what === 'events') follow(ticket, one, response);
    else response.end(JSON.stringify(act(request.method ?? '', ticket, one, what)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get runs() {
      return new Map([...standing].map(([ticket, { run }]) => [ticket, run]));
    },
    submitted,
    followed: () => new Promise((resolve) => void waiting.push(resolve)),
    tell,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A stream of events ends with the run. */
function write(follower: ServerResponse, events: readonly ServiceEvent[]): void {
  for (const event of events) follower.write(`${JSON.stringify(event)}\n`);
  if (isOver(events)) follower.end();
}

function isOver(events: readonly ServiceEvent[]): boolean {
  return events.some(({ event }) => event === 'ended' || event === 'cancelled');
}

function stateOf(events: readonly ServiceEvent[]): 'queued' | 'running' | 'ended' {
  if (isOver(events)) return 'ended';
  return events.some(({ event }) => event === 'started') ? 'running' : 'queued';
}
