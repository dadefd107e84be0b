import { createHash } from 'node:crypto';
import { createWriteStream, readFileSync } from 'node:fs';
import { arch } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';

export const PAUSE_IMAGE = 'jobimg.dev/pause:1';

const NOBODY = '65535:65535';

/** An archive as `docker save` writes it, of an image with one file. */
export async function writePauseImage(program: string, file: string): Promise<void> {
  const layer = await tarOf({ pause: readFileSync(program) });
  const config = {
    architecture: arch() === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: { Entrypoint: ['/pause'], User: NOBODY },
    rootfs: { type: 'layers', diff_ids: [`sha256:${createHash('sha256').update(layer).digest('hex')}`] },
  };
  const manifest = [{ Config: 'config.json', RepoTags: [PAUSE_IMAGE], Layers: ['layer.tar'] }];
  const archive = await tarOf({
    'manifest.json': Buffer.from(JSON.stringify(manifest)),
    'config.json': Buffer.from(JSON.stringify(config)),
    'layer.tar': layer,
  });
  await pipeline(Readable.from([archive]), createWriteStream(file));
}

async function tarOf(files: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) {
    tar.entry({ name, mode: 0o755, mtime: new Date(0) }, content);
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
