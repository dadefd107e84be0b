// Base images for machines that reach no public registry: made once from Debian
// packages, kept in the cache, pushed into a test registry.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { busyboxTar } from './busybox-tar.mjs';
import { command } from './command.mjs';
import { bareTar, pythonTar } from './debian-tar.mjs';
import { architecture, writeLayout } from './layout.mjs';
import { withLock } from './lock.mjs';
import { ensureParts } from './parts.mjs';
import { cacheDir } from './paths.mjs';
import { say } from './say.mjs';

// 2026-01-01: no file of the images is newer.
const EPOCH = 1767225600;
const CREATED = new Date(EPOCH * 1000).toISOString();
const PUSH_TIMEOUT_MS = 180_000;

/**
 * @typedef {object} Base
 * @property {string} reference `127.0.0.1:<port>/library/…:<tag>`
 * @property {string} digest of the image index
 *
 * @typedef {object} Recipe
 * @property {string} name the folder in the cache; a changed recipe needs another name
 * @property {string} repository
 * @property {string} tag
 * @property {string} madeBy
 * @property {Record<string, unknown>} config
 * @property {(file: string, epoch: number, parts: import('./parts.mjs').Parts) => Promise<void>} writeTar
 */

// Official images are for many platforms. Here the files of the other one are this machine's own, so that it runs them.
const OTHER = architecture() === 'arm64' ? 'amd64' : 'arm64';

const PATH = 'PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin';

/** @type {Recipe} */
const PYTHON = {
  name: 'python-3',
  repository: 'library/python',
  tag: '3.13-slim-bookworm',
  madeBy: 'mmdebstrap --variant=minbase trixie # stand-in for the official image',
  config: { Env: [PATH, 'PYTHON_VERSION=3.13'], Cmd: ['python3'] },
  writeTar: pythonTar,
};

/** @type {Recipe} */
const DEBIAN = {
  name: 'debian-1',
  repository: 'library/debian',
  tag: '13-slim',
  madeBy: 'mmdebstrap --variant=minbase trixie # stand-in for the official image',
  config: { Env: [PATH], Cmd: ['bash'] },
  writeTar: bareTar,
};

/** @type {Recipe} */
const BUSYBOX = {
  name: 'busybox-2',
  repository: 'library/busybox',
  tag: 'latest',
  madeBy: 'busybox-static # stand-in for the official image',
  config: { Env: [PATH], Cmd: ['sh'] },
  writeTar: busyboxTar,
};

/**
 * A stand-in for `python:3.13-slim-bookworm`: Debian with its Python 3.13.
 * @param {import('./registry.mjs').Registry} registry
 * @returns {Promise<Base>}
 */
export function ensureBase(registry) {
  return ensureImage(PYTHON, registry);
}

/**
 * A stand-in for `debian:13-slim`, which has no Python.
 * @param {import('./registry.mjs').Registry} registry
 * @returns {Promise<Base>}
 */
export function ensureDebianBase(registry) {
  return ensureImage(DEBIAN, registry);
}

/**
 * A stand-in for `busybox:latest`: /bin/sh and applets, no bash, on purpose.
 * @param {import('./registry.mjs').Registry} registry
 * @returns {Promise<Base>}
 */
export function ensureScratchBase(registry) {
  return ensureImage(BUSYBOX, registry);
}

/**
 * @param {Recipe} recipe
 * @param {import('./registry.mjs').Registry} registry
 * @returns {Promise<Base>}
 */
export async function ensureImage(recipe, registry) {
  const parts = await ensureParts();
  const layout = join(cacheDir('base'), recipe.name);
  if (!existsSync(layout)) {
    await withLock(`base-${recipe.name}`, async () => {
      if (!existsSync(layout)) await make(recipe, layout, parts);
    });
  }
  const { digest } = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')).manifests[0];
  const reference = `${registry.host}/${recipe.repository}:${recipe.tag}`;
  await push(layout, reference, digest, registry, parts);
  return { reference, digest };
}

/** Made beside its place and renamed, so that a killed run leaves no half. */
async function make(recipe, layout, parts) {
  say(`making the base image ${recipe.repository} (once)`);
  // Under a lock of its own per recipe, so what is there is a killed run's.
  const root = cacheDir('base.tmp', recipe.name);
  rmSync(root, { recursive: true, force: true });
  const temporary = mkdtempSync(join(cacheDir('base.tmp', recipe.name), 'run-'));
  try {
    const tar = join(temporary, 'root.tar');
    await recipe.writeTar(tar, EPOCH, parts);
    const out = join(temporary, 'layout');
    mkdirSync(out);
    const { config, madeBy } = recipe;
    await writeLayout(tar, out, { config, created: CREATED, madeBy, others: [OTHER] });
    renameSync(out, layout);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function push(layout, reference, digest, registry, parts) {
  const crane = join(parts.prefix, 'usr/bin/crane');
  const env = { ...process.env, ...registry.env };
  const there = await command(crane, ['digest', reference], { env, allowFailure: true });
  if (there.stdout.trim() === digest) return;
  await command(crane, ['push', layout, reference], { env, timeoutMs: PUSH_TIMEOUT_MS });
  const pushed = (await command(crane, ['digest', reference], { env })).stdout.trim();
  if (pushed !== digest) throw new Error(`${reference} became ${pushed} in the registry, not ${digest}.`);
  say(`pushed ${reference}@${digest}`);
}
