// Base images for machines that reach no public registry: made once from Debian
// packages, kept in the cache, pushed into a test registry.

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../machine/command.ts';
import { withLock } from '../machine/lock.ts';
import { cacheDir } from '../machine/paths.ts';
import { say } from '../machine/say.ts';
import { ensureParts, type Parts } from '../parts/parts.ts';
import type { Registry } from '../registry/registry.ts';
import { busyboxTar } from './busybox-tar.ts';
import { bareTar, pythonTar, torchTar } from './debian-tar.ts';
import { architecture, writeLayout } from './layout.ts';

// 2026-01-01: no file of the images is newer.
const EPOCH = 1767225600;
const CREATED = new Date(EPOCH * 1000).toISOString();
const PUSH_TIMEOUT_MS = 180_000;

export interface Base {
  /** `127.0.0.1:<port>/library/…:<tag>` */
  readonly reference: string;
  /** Of the image index. */
  readonly digest: string;
}

export interface Recipe {
  /** The folder in the cache; a changed recipe needs another name. */
  readonly name: string;
  readonly repository: string;
  readonly tag: string;
  readonly madeBy: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly writeTar: (file: string, epoch: number, parts: Parts) => Promise<void>;
}

// Official images are for many platforms. Here the files of the other one are this machine's own, so that it runs them.
const OTHER = architecture() === 'arm64' ? 'amd64' : 'arm64';

const PATH = 'PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin';

const PYTHON: Recipe = {
  name: 'python-4',
  repository: 'library/python',
  tag: '3.13-slim-bookworm',
  madeBy: 'mmdebstrap --variant=minbase trixie # stand-in for the official image',
  config: { Env: [PATH, 'PYTHON_VERSION=3.13'], Cmd: ['python3'] },
  writeTar: pythonTar,
};

const DEBIAN: Recipe = {
  name: 'debian-1',
  repository: 'library/debian',
  tag: '13-slim',
  madeBy: 'mmdebstrap --variant=minbase trixie # stand-in for the official image',
  config: { Env: [PATH], Cmd: ['bash'] },
  writeTar: bareTar,
};

const TORCH: Recipe = {
  name: 'torch-1',
  repository: 'library/torch',
  tag: '2.6',
  madeBy: 'mmdebstrap --variant=minbase trixie # stand-in for an image with PyTorch',
  config: { Env: [PATH], Cmd: ['python3'] },
  writeTar: torchTar,
};

const BUSYBOX: Recipe = {
  name: 'busybox-2',
  repository: 'library/busybox',
  tag: 'latest',
  madeBy: 'busybox-static # stand-in for the official image',
  config: { Env: [PATH], Cmd: ['sh'] },
  writeTar: busyboxTar,
};

/** A stand-in for `python:3.13-slim-bookworm`: Debian with its Python 3.13. */
export function ensureBase(registry: Registry): Promise<Base> {
  return ensureImage(PYTHON, registry);
}

/** The same under another name, as in `acme/train:1.4`. */
export function ensureBaseAs(name: string, registry: Registry): Promise<Base> {
  const [repository = '', tag = ''] = name.split(':');
  return ensureImage({ ...PYTHON, repository, tag }, registry);
}

/** A stand-in for `debian:13-slim`, which has no Python. */
export function ensureDebianBase(registry: Registry): Promise<Base> {
  return ensureImage(DEBIAN, registry);
}

/** PyTorch for CPUs. Made when a test asks for it: it takes minutes, and most runs of the tests do not need it. */
export function ensureTorchBase(registry: Registry): Promise<Base> {
  return ensureImage(TORCH, registry);
}

/** A stand-in for `busybox:latest`: /bin/sh and applets, no bash, on purpose. */
export function ensureScratchBase(registry: Registry): Promise<Base> {
  return ensureImage(BUSYBOX, registry);
}

/** So that no test waits for what is made once, and takes minutes on a busy machine. */
export async function makeBases(): Promise<void> {
  for (const recipe of [BUSYBOX, PYTHON, DEBIAN]) await ensureLayout(recipe);
}

export async function ensureImage(recipe: Recipe, registry: Registry): Promise<Base> {
  const layout = await ensureLayout(recipe);
  const { manifests }: Index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
  const base = {
    reference: `${registry.host}/${recipe.repository}:${recipe.tag}`,
    digest: manifests[0].digest,
  };
  await push(layout, base, registry);
  return base;
}

interface Index {
  readonly manifests: readonly [{ readonly digest: string }];
}

/** The folder with the image, made when it is missing. */
async function ensureLayout(recipe: Recipe): Promise<string> {
  const layout = join(cacheDir('base'), recipe.name);
  if (existsSync(layout)) return layout;
  const parts = await ensureParts();
  return await withLock(`base-${recipe.name}`, async () => {
    if (!existsSync(layout)) await make(recipe, layout, parts);
    return layout;
  });
}

/** Each step is whole or not there, and is kept until all are done: a run that was ended goes on where it stood. */
async function make(recipe: Recipe, layout: string, parts: Parts): Promise<void> {
  say(`making the base image ${recipe.repository} (once)`);
  const steps = cacheDir('base.tmp', recipe.name);
  const tar = join(steps, 'root.tar');
  if (!existsSync(tar)) {
    await recipe.writeTar(`${tar}.part`, EPOCH, parts);
    renameSync(`${tar}.part`, tar);
  }
  const out = join(steps, 'layout');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  const { config, madeBy } = recipe;
  await writeLayout(tar, out, { config, created: CREATED, madeBy, others: [OTHER] });
  renameSync(out, layout);
  rmSync(steps, { recursive: true, force: true });
}

async function push(layout: string, { reference, digest }: Base, registry: Registry): Promise<void> {
  const crane = join((await ensureParts()).prefix, 'usr/bin/crane');
  const env = { ...process.env, ...registry.env };
  const there = await command(crane, ['digest', reference], { env, allowFailure: true });
  if (there.stdout.trim() === digest) return;
  await command(crane, ['push', layout, reference], { env, timeoutMs: PUSH_TIMEOUT_MS });
  const pushed = (await command(crane, ['digest', reference], { env })).stdout.trim();
  if (pushed !== digest) throw new Error(`${reference} became ${pushed} in the registry, not ${digest}.`);
  say(`pushed ${reference}@${digest}`);
}
