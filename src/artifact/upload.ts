/**
 * The program that uploads, in a process of its own. It is asked by a message, answers by messages, and ends with whoever
 * asked. What GitHub's client writes to stdout is kept from it: the runner would read it.
 */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DefaultArtifactClient } from '@actions/artifact';
import { compressionLevel, type SizedFile, sizeOf } from '../run/artifact/compression.ts';
import { artifactPath } from '../run/artifact/path.ts';
import { clientError, tryNames } from './attempts.ts';
import { filesBelow, linkUnder } from './folder.ts';
import type { UploadAnswer, UploadOrder } from './messages.ts';
import { listenTo } from './said.ts';

const said = listenTo(process.stdout);

process.once('disconnect', () => process.exit(1));
process.once('message', (order) => void work(order as UploadOrder));
// The client throws out of the events of its streams.
process.once('uncaughtException', (error) => {
  const { name, message } = clientError(error);
  answer({ kind: 'failed', error: { name, message: [message, said.error()].filter(Boolean).join(': ') } });
});

async function work(order: UploadOrder): Promise<void> {
  answer(
    await upload(order).catch((error: unknown) => ({ kind: 'failed', error: clientError(error) }) as const),
  );
}

/** The last word: connections that are kept alive are not waited for. */
function answer(last: UploadAnswer): void {
  process.send?.(last, () => process.exit(0));
}

async function upload({ folder, names }: UploadOrder): Promise<UploadAnswer> {
  const files = await filesBelow(folder);
  if (files.length === 0) return { kind: 'nothing-there' };
  process.send?.({ kind: 'begins', files: files.length, bytes: sizeOf(files) } satisfies UploadAnswer);

  const renamed = files.map(({ path }) => path).filter((path) => artifactPath(path) !== path);
  const root = renamed.length === 0 ? folder : await linked(folder, files);
  const uploaded = await tryNames(names, { upload: (name) => uploadAs(name, root, files), sleep });
  return { kind: 'uploaded', ...uploaded, renamed, remarks: said.warnings() };
}

/** However this ends, the links go with it. */
async function linked(folder: string, files: readonly SizedFile[]): Promise<string> {
  const root = await mkdtemp(`${folder}.names-`);
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  await linkUnder(root, folder, files);
  return root;
}

async function uploadAs(
  name: string,
  root: string,
  files: readonly SizedFile[],
): Promise<{ readonly name: string; readonly id: number; readonly size: number }> {
  const paths = files.map(({ path }) => join(root, artifactPath(path)));
  const options = { compressionLevel: compressionLevel(files) };
  const { id, size } = await new DefaultArtifactClient().uploadArtifact(name, paths, root, options);
  if (id === undefined) throw new Error('the service returned no id');
  return { name, id, size: size ?? 0 };
}
