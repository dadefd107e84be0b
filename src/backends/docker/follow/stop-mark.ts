import { hostname, userInfo } from 'node:os';
import type { Readable } from 'node:stream';
import * as z from 'zod';
import { messageOf } from '../../../errors.ts';
import { EngineError } from '../../../io/engine/error.ts';
import { errnoOf } from '../../../io/errno.ts';
import { readTar, TarError } from '../../../io/fs/tar-reader.ts';
import { readJson } from '../../../json.ts';
import { Container } from '../engine/answers.ts';
import { type Docker, isStatus } from '../engine/docker.ts';
import { putMark } from '../engine/mark.ts';
import { openArchive } from '../outputs/archive.ts';

/** A file in a container that somebody stops who does not follow it: its follower learns that, and who it was. */
const MARK = '/.jobimg-stopped';

const StopMark = z.object({
  container: z.string(),
  /** One line: it is shown. */
  by: z.string().regex(/^[^\p{C}]{1,200}$/u),
  /** Milliseconds since 1970, by the engine's clock. */
  at: z.number(),
  /** Seconds. */
  grace: z.number(),
});
type StopMark = z.infer<typeof StopMark>;

/** Milliseconds: the engine's answers have whole seconds, and it may take its time to kill what did not stop. */
const EARLY = 1_000;
const LATE = 10_000;
/** Bytes. */
const MOST_READ = 4_096;

/**
 * Written before the stop, because the container may be over at once. What has ended is not marked. A container that
 * takes no mark is stopped all the same.
 */
export async function markStopped(
  name: string,
  { command, grace }: { readonly command: string; readonly grace: number },
  docker: Docker,
): Promise<void> {
  try {
    const path = `/containers/${encodeURIComponent(name)}/json`;
    const { value, date } = await docker.engine.dated({ method: 'GET', path });
    const { Id, State } = Container.parse(value);
    if (!State.Running) return;
    const by = `"${command}" of ${userName()} on ${hostname()}`;
    const mark: StopMark = { container: Id, by, at: date, grace };
    await putMark(Id, MARK, JSON.stringify(mark), docker.engine);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (isStatus(error, 404)) return;
    docker.progress(`who follows the run does not learn who stops it: ${messageOf(error)}`);
  }
}

/** A user of a container may have no name: https://nodejs.org/api/os.html#osuserinfooptions */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `the user ${process.getuid?.()}`;
  }
}

/**
 * Who stopped a container that has ended; undefined: nobody, as far as is known. A mark stays when the process that left
 * it dies before the stop, so that only an end within the grace it names is the end that it meant.
 */
export async function stoppedBy({ Id, State }: Container, docker: Docker): Promise<string | undefined> {
  const mark = await readMark(Id, docker);
  if (mark?.container !== Id) return undefined;
  const ended = Date.parse(State.FinishedAt);
  const isMeant = ended >= mark.at - EARLY && ended <= mark.at + mark.grace * 1_000 + LATE;
  return isMeant ? mark.by : undefined;
}

async function readMark(id: string, docker: Docker): Promise<StopMark | undefined> {
  try {
    const tar = await openArchive(id, MARK, docker);
    return tar === undefined ? undefined : readJson(StopMark, await firstFile(tar));
  } catch (error) {
    // What the engine does not tell now is not known, and the run has ended as its exit code says.
    const isRefused = error instanceof EngineError || error instanceof TarError;
    if (isRefused || errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}

/** The text of the only file; nothing for what is no mark. */
async function firstFile(archive: Readable): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const { kind, size, body } of readTar(archive)) {
    if (kind !== 'file' || size > MOST_READ) return '';
    for await (const piece of body) pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}
