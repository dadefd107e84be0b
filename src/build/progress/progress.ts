import { StringDecoder } from 'node:string_decoder';

/** What a build says of itself, from the lines of `--progress=rawjson`; every text in it is foreign. */
export type ProgressEvent =
  /** `over`: it ended at once, as a cached one does. */
  | { readonly type: 'started'; readonly vertex: string; readonly name: string; readonly over: boolean }
  | { readonly type: 'done'; readonly vertex: string; readonly cached: boolean; readonly seconds: number }
  | { readonly type: 'failed'; readonly vertex: string; readonly error: string }
  | { readonly type: 'log'; readonly vertex: string; readonly bytes: Uint8Array }
  | { readonly type: 'transfer'; readonly vertex: string; readonly current: number; readonly total: number }
  /** A line that is no JSON: what buildx says before and after the build. */
  | { readonly type: 'text'; readonly line: string };

export interface ProgressParser {
  push(bytes: Uint8Array): readonly ProgressEvent[];
  end(): readonly ProgressEvent[];
}

/** https://github.com/moby/buildkit/blob/master/client/graph.go, one `SolveStatus` to a line. */
interface SolveStatus {
  readonly vertexes?: readonly Vertex[];
  readonly statuses?: readonly Status[];
  readonly logs?: readonly { readonly vertex?: string; readonly data?: string }[];
}

interface Vertex {
  readonly digest: string;
  readonly name?: string;
  readonly started?: string;
  readonly completed?: string;
  readonly cached?: boolean;
  readonly error?: string;
}

interface Status {
  readonly id: string;
  readonly vertex: string;
  readonly current?: number;
  readonly total?: number;
}

/** Longer lines are nothing that buildx writes. */
const MAX_LINE = 8 * 1024 * 1024;

export function createProgressParser(): ProgressParser {
  const decoder = new StringDecoder('utf8');
  const read = createReader();
  let rest = '';
  return {
    push(bytes) {
      const lines = (
        rest + decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      ).split('\n');
      rest = (lines.pop() ?? '').slice(-MAX_LINE);
      return lines.flatMap(read);
    },
    end() {
      const last = rest + decoder.end();
      rest = '';
      return last === '' ? [] : read(last);
    },
  };
}

/** Each vertex is told again whenever something about it changes; events are made of what is new. */
function createReader(): (line: string) => readonly ProgressEvent[] {
  const told = new Map<string, ToldVertex>();
  const transfers = new Map<string, Map<string, Status>>();
  return (line) => {
    const status = parseStatus(line);
    if (status === undefined) return line.trim() === '' ? [] : [{ type: 'text', line }];
    return [
      ...(status.vertexes ?? []).flatMap((vertex) => starting(vertex, told)),
      ...(status.logs ?? []).flatMap(logEvent),
      ...(status.statuses ?? []).flatMap((one) => transferEvent(one, transfers)),
      ...(status.vertexes ?? []).flatMap((vertex) => ending(vertex, told)),
    ];
  };
}

interface ToldVertex {
  started: boolean;
  ended: boolean;
}

function starting(vertex: Vertex, told: Map<string, ToldVertex>): readonly ProgressEvent[] {
  const known = told.get(vertex.digest) ?? { started: false, ended: false };
  told.set(vertex.digest, known);
  if (known.started || vertex.started === undefined) return [];
  known.started = true;
  const over = vertex.completed !== undefined;
  return [{ type: 'started', vertex: vertex.digest, name: vertex.name ?? '', over }];
}

function ending(vertex: Vertex, told: Map<string, ToldVertex>): readonly ProgressEvent[] {
  const known = told.get(vertex.digest);
  if (known === undefined || known.ended) return [];
  if (vertex.error !== undefined && vertex.error !== '') {
    known.ended = true;
    return [{ type: 'failed', vertex: vertex.digest, error: vertex.error }];
  }
  if (vertex.completed === undefined || vertex.started === undefined) return [];
  known.ended = true;
  const seconds = Math.max(0, (Date.parse(vertex.completed) - Date.parse(vertex.started)) / 1000);
  return [{ type: 'done', vertex: vertex.digest, cached: vertex.cached === true, seconds }];
}

function logEvent({
  vertex,
  data,
}: {
  readonly vertex?: string;
  readonly data?: string;
}): readonly ProgressEvent[] {
  if (vertex === undefined || data === undefined) return [];
  return [{ type: 'log', vertex, bytes: Buffer.from(data, 'base64') }];
}

/** Bytes of all the layers that one vertex moves, summed. */
function transferEvent(status: Status, all: Map<string, Map<string, Status>>): readonly ProgressEvent[] {
  if (!status.total) return [];
  const layers = all.get(status.vertex) ?? new Map<string, Status>();
  all.set(status.vertex, layers);
  layers.set(status.id, status);
  const sum = (field: 'current' | 'total'): number =>
    [...layers.values()].reduce((bytes, layer) => bytes + (layer[field] ?? 0), 0);
  return [{ type: 'transfer', vertex: status.vertex, current: sum('current'), total: sum('total') }];
}

function parseStatus(line: string): SolveStatus | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as SolveStatus;
  } catch {
    return undefined; // A step cannot write here: it is text of buildx, and is shown as such.
  }
}
