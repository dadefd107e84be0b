// Compares rows of src/data with what PyPI has: the CUDA of each torch, which its wheel says itself, and those of
// TensorFlow and JAX. Nothing is installed or run, and of a wheel only its directory and one file are fetched. Rows that
// differ or are missing are printed as they belong into the file; with --check they are an error. What has no address
// that a program could read is listed with its page and the age of its rows.
import { inflateRawSync } from 'node:zlib';
import * as drivers from '../src/data/cuda-drivers.ts';
import { DRIVER_BRANCHES } from '../src/data/driver-branches.ts';
import { GPU_MODELS } from '../src/data/gpus.ts';
import { JAX_BUILDS } from '../src/data/jax.ts';
import { PTX_VERSIONS } from '../src/data/ptx-versions.ts';
import { PYPI_TORCH, TENSORFLOW_BUILDS, TORCH_ARCHITECTURES } from '../src/data/wheels.ts';

const SIMPLE = { accept: 'application/vnd.pypi.simple.v1+json' };
/** Fewer than these mean that a page has changed its form. */
const LEAST = { wheels: 10, packages: 5 };
/** Older ones have no package that says their CUDA. */
const FIRST = 4;

async function get(url, headers = {}) {
  const answer = await fetch(url, { headers });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer;
}

async function bytes(url, from, to) {
  return Buffer.from(await (await get(url, { range: `bytes=${from}-${to}` })).arrayBuffer());
}

/** One file of a zip archive: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
async function fileOf(url, size, path) {
  const tail = await bytes(url, Math.max(0, size - 65_557), size - 1);
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const [length, start] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  const directory = await bytes(url, start, start + length - 1);
  for (let at = 0; at + 46 <= directory.length; ) {
    const names = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + 46, at + 46 + names);
    if (name === path) {
      const [packed, offset] = [directory.readUInt32LE(at + 20), directory.readUInt32LE(at + 42)];
      const local = await bytes(url, offset, offset + 29);
      const from = offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
      const content = await bytes(url, from, from + packed - 1);
      return (directory.readUInt16LE(at + 10) === 0 ? content : inflateRawSync(content)).toString();
    }
    at += 46 + names + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  throw new Error(`${url} has no ${path}`);
}

/** The newest wheel of each minor version, for one of its Pythons. */
async function torchWheels() {
  const { files } = await (await get('https://pypi.org/simple/torch/', SIMPLE)).json();
  const newest = new Map();
  for (const { filename, url, size } of files) {
    const [, minor, patch] =
      /^torch-2\.(\d+)\.(\d+)-cp\d+-cp\d+-manylinux\S*x86_64\.whl$/.exec(filename) ?? [];
    const known = newest.get(Number(minor));
    if (minor === undefined || Number(minor) < FIRST || (known?.patch ?? -1) >= Number(patch)) continue;
    newest.set(Number(minor), { patch: Number(patch), url, size, filename });
  }
  if (newest.size < LEAST.wheels) throw new Error(`PyPI lists ${newest.size} minor versions of torch`);
  return [...newest].sort(([a], [b]) => a - b);
}

async function sizeOf({ url, size }) {
  return size ?? Number((await fetch(url, { method: 'HEAD' })).headers.get('content-length'));
}

async function torchRows(problems) {
  for (const [minor, wheel] of await torchWheels()) {
    const text = await fileOf(wheel.url, await sizeOf(wheel), 'torch/version.py');
    const cuda = /^cuda\b[^=\n]*=\s*['"](\d+\.\d+)/m.exec(text)?.[1];
    const row = PYPI_TORCH.find(({ torch }) => torch === `2.${minor}`);
    console.log(`${wheel.filename}: CUDA ${cuda}`);
    if (row?.cuda !== cuda)
      problems.push(`PYPI_TORCH: { torch: '2.${minor}', cuda: '${cuda}' }, not ${row?.cuda}`);
  }
}

async function requirementsOf(name) {
  const { info } = await (await get(`https://pypi.org/pypi/${name}/json`)).json();
  const all = info.requires_dist ?? [];
  if (all.length < LEAST.packages) throw new Error(`PyPI says ${all.length} requirements of ${name}`);
  return { version: info.version, runtime: all.find((one) => /^nvidia-cuda-runtime/.test(one)) };
}

/** `12.5` of `nvidia-cuda-runtime-cu12<13.0,>=12.5.82; …`. */
const leastOf = (runtime) => />=\s*(\d+\.\d+)/.exec(runtime ?? '')?.[1];

async function otherRows(problems) {
  const { version, runtime } = await requirementsOf('tensorflow');
  const minor = version.split('.').slice(0, 2).join('.');
  const row = TENSORFLOW_BUILDS.find(({ tensorflow }) => tensorflow === minor);
  console.log(`tensorflow ${version}: ${runtime}`);
  if (row?.cuda !== leastOf(runtime))
    problems.push(`TENSORFLOW_BUILDS: ['${minor}', '${leastOf(runtime)}'], not ${row?.cuda}`);
  for (const { extra, plugin, cuda } of JAX_BUILDS) {
    const asked = await requirementsOf(plugin);
    console.log(`${plugin} ${asked.version}: ${asked.runtime}`);
    if (leastOf(asked.runtime) !== cuda)
      problems.push(`JAX_BUILDS: ${extra} has CUDA ${leastOf(asked.runtime)}, not ${cuda}`);
  }
}

function byHand() {
  const tables = [
    ...[drivers.TOOLKIT_DRIVERS, drivers.DRIVER_FLOORS, drivers.COMPAT_DRIVERS, DRIVER_BRANCHES],
    ...[GPU_MODELS, PTX_VERSIONS, TORCH_ARCHITECTURES],
  ];
  const pages = new Map(tables.flat().map(({ source, asOf }) => [source, asOf]));
  console.log('\nto be read by a person:');
  for (const [source, asOf] of pages) console.log(`  ${source}, last read ${asOf}`);
}

const problems = [];
await torchRows(problems);
await otherRows(problems);
byHand();
for (const problem of problems) console.log(`\n${problem}`);
if (problems.length > 0 && process.argv.includes('--check')) process.exitCode = 1;
