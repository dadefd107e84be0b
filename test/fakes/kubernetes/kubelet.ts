import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeFile } from '../engine-archive.ts';
import type { Program } from '../engine-server.ts';
import type { KubeObject, KubeStore } from './store.ts';

/** A line of a log, without its newline. */
export interface LogLine {
  readonly time: string;
  readonly text: Buffer;
}

/** A pod on the node. */
export interface RunningPod {
  readonly pod: KubeObject;
  readonly log: LogLine[];
  /** Below the folders that the job has them in. */
  readonly files: Map<string, FakeFile>;
  readonly stopping: AbortController;
  readonly ended: Promise<void>;
  /** Whether the container of the job has ended. */
  isOver: boolean;
  /** What stands in its termination message. */
  stopped: string | undefined;
  /** Kills it. */
  kill(): void;
}

/** What a pod meets instead of running: its status, as the API has it. */
export type PodFate = (pod: KubeObject, job: KubeObject) => Record<string, unknown> | undefined;

/** How a container ended, where its program does not say all of it. */
export interface Ending {
  readonly exitCode: number;
  readonly reason?: string;
}

export interface Kubelet {
  readonly store: KubeStore;
  readonly programs: Readonly<Record<string, Program>>;
  readonly images: ReadonlySet<string>;
  readonly running: Map<string, RunningPod>;
  /** Pods that wait for their inputs, and what has them start. */
  readonly waiting: Map<string, (files: ReadonlyMap<string, FakeFile>) => void>;
  readonly endings: Map<string, Partial<Ending>>;
  readonly fate: PodFate;
  /** As the controller of Jobs does it. */
  removePod(pod: KubeObject): void;
}

/** Nanoseconds, each later than the one before. */
let last = 0n;

function timestamp(): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  last = now > last ? now : last + 1n;
  const fraction = (last % 1_000_000_000n).toString().padStart(9, '0');
  return `${new Date(Number(last / 1_000_000n)).toISOString().slice(0, 19)}.${fraction}Z`;
}

export function whole(time = Date.now()): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

const SCHEDULED = [{ type: 'PodScheduled', status: 'True' }];

/** Brings a pod of a Job from its start to its end. */
export async function runPod(job: KubeObject, pod: KubeObject, kubelet: Kubelet): Promise<void> {
  const { store } = kubelet;
  const set = (status: Record<string, unknown>): void =>
    store.update('pods', pod, (draft) => Object.assign(draft, { status: { ...draft['status'], ...status } }));
  const fate = kubelet.fate(pod, job);
  if (fate !== undefined) return set(fate);
  set({ phase: 'Pending', conditions: SCHEDULED });
  const waiting = (reason: string, message = ''): void =>
    set({ containerStatuses: [{ name: 'main', state: { waiting: { reason, message } } }] });
  waiting('ContainerCreating');
  const [main] = pod['spec'].containers;
  if (!(await pull(main.image, pod, kubelet, waiting))) return;
  const inputs = await takeInputs(pod, kubelet, set);
  const secrets = await secretsOf(main, pod, kubelet, waiting);
  if (secrets !== undefined) await runMain(pod, main, { secrets, inputs }, kubelet, set);
}

/** Tries again, as a kubelet does, until the pod is gone. */
async function pull(
  image: string,
  pod: KubeObject,
  { images, store }: Kubelet,
  waiting: (reason: string, message: string) => void,
): Promise<boolean> {
  const { namespace = '', name } = pod.metadata;
  const why = `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": not found`;
  while (!images.has(image)) {
    waiting('ErrImagePull', why);
    await sleep(20, undefined, { ref: false });
    waiting('ImagePullBackOff', `Back-off pulling image "${image}"`);
    await sleep(20, undefined, { ref: false });
    if (store.get('pods', namespace, name) === undefined) return false;
  }
  return true;
}

async function secretsOf(
  // biome-ignore lint/suspicious/noExplicitAny: a container as it was written
  main: any,
  pod: KubeObject,
  { store }: Kubelet,
  waiting: (reason: string, message: string) => void,
): Promise<ReadonlyMap<string, string> | undefined> {
  const { namespace = '', name } = pod.metadata;
  const wanted = main.envFrom?.[0]?.secretRef.name as string | undefined;
  if (wanted === undefined) return new Map();
  for (;;) {
    const secret = store.get('secrets', namespace, wanted);
    if (secret !== undefined)
      return new Map(
        Object.entries(secret['data'] as Record<string, string>).map(([key, value]) => [
          key,
          Buffer.from(value, 'base64').toString(),
        ]),
      );
    if (store.get('pods', namespace, name) === undefined) return undefined;
    waiting('CreateContainerConfigError', `secret "${wanted}" not found`);
    await sleep(20);
  }
}

interface Given {
  readonly inputs: ReadonlyMap<string, FakeFile>;
  readonly secrets: ReadonlyMap<string, string>;
}

/** The files of the volume, where the job has them. */
async function takeInputs(
  pod: KubeObject,
  kubelet: Kubelet,
  set: (status: Record<string, unknown>) => void,
): Promise<ReadonlyMap<string, FakeFile>> {
  const [first] = pod['spec'].initContainers ?? [];
  if (first === undefined) return new Map();
  const tell = (state: object): void => set({ initContainerStatuses: [{ name: first.name, state }] });
  const brought = new Promise<ReadonlyMap<string, FakeFile>>((resolve) => {
    kubelet.waiting.set(pod.metadata.name, resolve);
  });
  tell({ running: { startedAt: whole() } });
  const files = await brought;
  tell({ terminated: { exitCode: 0, reason: 'Completed' } });
  const mounts: readonly { mountPath: string; subPath?: string }[] = pod['spec'].containers[0].volumeMounts;
  return new Map(
    mounts.flatMap(({ mountPath, subPath = '' }) => {
      const prefix = `${subPath.replace('files/', '')}/`;
      const own = subPath.startsWith('files/') ? [...files].filter(([name]) => name.startsWith(prefix)) : [];
      return own.map(([name, file]) => [`${mountPath}/${name.slice(prefix.length)}`, file] as const);
    }),
  );
}

async function runMain(
  pod: KubeObject,
  // biome-ignore lint/suspicious/noExplicitAny: a container as it was written
  main: any,
  { inputs, secrets }: Given,
  kubelet: Kubelet,
  set: (status: Record<string, unknown>) => void,
): Promise<void> {
  const { name } = pod.metadata;
  const startedAt = whole();
  const others = pod['spec'].containers
    .slice(1)
    .map((one: { name: string }) => ({ name: one.name, state: { running: { startedAt } } }));
  const stopping = new AbortController();
  let kill: () => void = () => undefined;
  let end: () => void = () => undefined;
  const killed = new Promise<number>((resolve) => {
    kill = () => resolve(137);
  });
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const log: LogLine[] = [];
  let rest = Buffer.alloc(0);
  const running: RunningPod = {
    pod,
    log,
    files: new Map(inputs),
    stopping,
    isOver: false,
    stopped: undefined,
    ended,
    kill,
  };
  kubelet.running.set(name, running);
  set({
    phase: 'Running',
    containerStatuses: [{ name: 'main', state: { running: { startedAt } } }, ...others],
  });
  const words = main.command as readonly string[];
  const program = kubelet.programs[words.at(-1) ?? ''];
  const env = new Map([
    ...secrets,
    ...main.env.map(
      (one: { name: string; value?: string }) => [one.name, variableIn(one, pod, kubelet)] as const,
    ),
  ] as readonly (readonly [string, string])[]);
  const limit = startLimit(words, pod, running);
  const work = program?.({
    args: words,
    env,
    stopping: stopping.signal,
    files: running.files,
    print(text) {
      const bytes = Buffer.concat([rest, Buffer.from(text)]);
      const lines = bytes.toString('latin1').split('\n');
      rest = Buffer.from(lines.pop() ?? '', 'latin1');
      for (const line of lines) log.push({ time: timestamp(), text: Buffer.from(line, 'latin1') });
    },
  });
  const exitCode = await Promise.race([work ?? 127, killed]);
  clearTimeout(limit);
  // As containerd has it: what comes last is a line, with or without a newline.
  if (rest.length > 0) log.push({ time: timestamp(), text: rest });
  running.isOver = true;
  end();
  const terminated = {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAt,
    finishedAt: whole(),
    ...(running.stopped === undefined ? {} : { message: running.stopped }),
    ...kubelet.endings.get(words.at(-1) ?? ''),
  };
  set({ containerStatuses: [{ name: 'main', state: { terminated } }, ...others] });
  if (others.length === 0) finish(pod, terminated.exitCode, kubelet);
}

interface Source {
  readonly fieldRef?: { readonly fieldPath: string };
  readonly secretKeyRef?: { readonly name: string; readonly key: string };
}

/** A variable without a value is one of the annotations, or stands in a secret. */
function variableIn(one: object, { metadata }: KubeObject, { store }: Kubelet): string {
  const { value, valueFrom } = one as { readonly value?: string; readonly valueFrom?: Source };
  if (value !== undefined) return value.replaceAll('$$', '$');
  const { fieldRef, secretKeyRef } = valueFrom ?? {};
  if (secretKeyRef !== undefined) {
    const secret = store.get('secrets', metadata.namespace ?? '', secretKeyRef.name);
    return Buffer.from(secret?.['data']?.[secretKeyRef.key] ?? '', 'base64').toString();
  }
  const [, key = ''] = /^metadata\.annotations\['(.+)'\]$/.exec(fieldRef?.fieldPath ?? '') ?? [];
  return metadata.annotations?.[key] ?? '';
}

/** The other container ends the command at its limit. */
function startLimit(
  _words: readonly string[],
  pod: KubeObject,
  running: RunningPod,
): NodeJS.Timeout | undefined {
  const script = String(pod['spec'].containers[1]?.command.at(-1) ?? '');
  const [, timeout, grace] = /-gt (\d+) \]; then end (\d+) timeout/.exec(script) ?? [];
  if (timeout === undefined) return undefined;
  return setTimeout(() => stopMain(running, Number(grace), 'timeout'), Number(timeout) * 1_000);
}

export function stopMain(running: RunningPod, grace: number, why: string): void {
  if (running.isOver) return;
  running.stopped ??= why;
  running.stopping.abort();
  setTimeout(running.kill, grace * 1_000 + 20).unref();
}

/** The pod is over. Its Job is when it failed, which ends all other pods, or when they are all over. */
export function finish(pod: KubeObject, exitCode: number, { removePod, store }: Kubelet): void {
  store.update('pods', pod, (draft) => {
    draft['status'].phase = exitCode === 0 ? 'Succeeded' : 'Failed';
  });
  const [owner] = pod.metadata.ownerReferences ?? [];
  const job = store.list('jobs').find(({ metadata }) => metadata.uid === owner?.uid);
  if (job === undefined) return;
  const others = store
    .ownedBy(job.metadata.uid, 'pods')
    .filter((one) => !['Succeeded', 'Failed'].includes(one['status'].phase));
  if (exitCode === 0 && others.length > 0) return;
  store.update('jobs', job, (draft) => {
    const type = exitCode === 0 ? 'Complete' : 'Failed';
    draft['status'] = { conditions: [{ type, status: 'True', reason: 'BackoffLimitExceeded' }] };
  });
  for (const one of others) removePod(one);
}
