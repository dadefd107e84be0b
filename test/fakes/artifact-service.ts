import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Answer, ArtifactStore, azure, json, type StoredArtifact } from './artifact-store.ts';
import { readZip, type ZipEntry } from './zip.ts';

/** The requests that an upload is made of, in their order. */
export const STEPS = ['create', 'block', 'commit', 'finalize'] as const;
export type StepName = (typeof STEPS)[number];

/**
 * What goes wrong with a request: another answer; the connection is cut before anything was read, or after all was done,
 * so that the answer alone is lost; or there is no answer.
 */
export type Fault =
  | { readonly status: number; readonly message?: string }
  | 'cut'
  | 'answer-lost'
  | 'no-answer';

export interface ArtifactService extends AsyncDisposable {
  /** What a runner sets for an action. */
  readonly env: Readonly<Record<string, string>>;
  readonly artifacts: ReadonlyMap<string, StoredArtifact>;
  /** The kind of each request, in order. */
  readonly asked: readonly StepName[];
  /** Asked for each request, with how many there were of its kind before. */
  fault: ((step: StepName, before: number) => Fault | undefined) | undefined;
  /** The files of an artifact that is whole. */
  files(name: string): readonly ZipEntry[];
  /** The next request of this kind, whatever becomes of it. */
  next(step: StepName): Promise<void>;
}

const CALL = '/twirp/github.actions.results.api.v1.ArtifactService/';
const RUN = 'ce7f54c7-61c7-4aae-887f-30da475f5f1a';
export const WORKFLOW_JOB = 'ca395085-040a-526b-2ce8-bdc85f692774';

/**
 * GitHub's service for artifacts, as @actions/artifact 6.2.1 asks it, and Azure's for blobs, as @azure/storage-blob does:
 * https://learn.microsoft.com/en-us/rest/api/storageservices/put-block.
 */
export async function startArtifactService(): Promise<ArtifactService> {
  const scopes = `Actions.ExampleScope Actions.Results:${RUN}:${WORKFLOW_JOB}`;
  const token = `header.${Buffer.from(JSON.stringify({ scp: scopes })).toString('base64url')}.signature`;
  const store = new ArtifactStore();
  const asked: StepName[] = [];
  const waiting = new Map<StepName, () => void>();

  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    const step = stepOf(url);
    const fault = service.fault?.(step, asked.filter((one) => one === step).length);
    asked.push(step);
    waiting.get(step)?.();
    if (fault === 'cut') return void request.socket.destroy();
    const body = await buffer(request);
    if (fault === 'no-answer') return;
    const refusal = typeof fault === 'object' ? refused(step, fault) : undefined;
    const answer = refusal ?? answerTo(step, url, request, body);
    if (fault === 'answer-lost') request.socket.destroy();
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  function answerTo(step: StepName, url: URL, request: IncomingMessage, body: Buffer): Answer {
    if (step === 'block') return store.block(url, body);
    if (step === 'commit') return store.commit(url, body.toString());
    const asks = JSON.parse(body.toString());
    const isOurs = asks.workflow_run_backend_id === RUN && asks.workflow_job_run_backend_id === WORKFLOW_JOB;
    if (!isOurs || request.headers.authorization !== `Bearer ${token}`) return json(401, { msg: 'no token' });
    return step === 'create' ? store.create(asks.name, origin) : store.finalize(asks);
  }

  const service: ArtifactService = {
    env: { ACTIONS_RUNTIME_TOKEN: token, ACTIONS_RESULTS_URL: `${origin}/` },
    artifacts: store.artifacts,
    asked,
    fault: undefined,
    files(name) {
      const kept = store.artifacts.get(name);
      if (kept?.finalized === undefined) throw new Error(`${name} is incomplete`);
      return readZip(kept.content ?? []);
    },
    next: (step) => new Promise((resolve) => waiting.set(step, resolve)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
  return service;
}

function stepOf({ pathname, searchParams }: URL): StepName {
  if (pathname === `${CALL}CreateArtifact`) return 'create';
  if (pathname === `${CALL}FinalizeArtifact`) return 'finalize';
  return searchParams.get('comp') === 'block' ? 'block' : 'commit';
}

/** Each service says it in its own way. */
function refused(
  step: StepName,
  { status, message = 'it does not work' }: { status: number; message?: string },
): Answer {
  return step === 'create' || step === 'finalize' ? json(status, { msg: message }) : azure(status, message);
}
