import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Measured, readMeasured } from '../../../../src/fit/measured/measured.ts';
import { elf, type FatImage, fatBinary } from './elf.ts';

const READER = fileURLToPath(new URL('../../../../src/plan/images/measurement/reader.py', import.meta.url));
const SITE = 'usr/local/lib/python3.13/site-packages';
const run = promisify(execFile);

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'jobimg-reader-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

async function read(): Promise<Measured> {
  const { stdout } = await run('python3', ['-I', '-S', READER, root]);
  const measured = readMeasured(stdout);
  if (measured === undefined) throw new Error(`the reader printed ${stdout}`);
  return measured;
}

const library = (...images: readonly FatImage[]): Buffer => elf([['.nv_fatbin', fatBinary(images)]]);

async function install(name: string, version: string, files: Readonly<Record<string, Buffer | string>>) {
  for (const [path, content] of Object.entries(files)) await put(`${SITE}/${path}`, content);
  const record = Object.keys(files).map((path) => `${path},sha256=x,1\n`);
  await put(`${SITE}/${name}-${version}.dist-info/RECORD`, record.join(''));
}

describe('the reader of GPU code', () => {
  it('finds the code of each package, whatever its compression, and the CUDA of torch', async () => {
    await install('torch', '2.7.1+cu126', {
      'torch/version.py': "__version__ = '2.7.1+cu126'\ncuda: Optional[str] = '12.6'\nhip = None\n",
      'torch/lib/libtorch_cuda.so': library(
        { kind: 'cubin', capability: 86 },
        { kind: 'cubin', capability: 90, flags: 0x10_0011, size: 24 },
        { kind: 'cubin', capability: 100, flags: 0x120_8011 },
        { kind: 'ptx', capability: 90, version: [8, 5], flags: 0x2011 },
        { kind: 'other', capability: 35 },
      ),
    });
    await install('Some_Ops', '1.0', {
      'some_ops/_C.cpython-313-x86_64-linux-gnu.so': Buffer.concat([
        library({ kind: 'cubin', capability: 121 }),
      ]),
    });
    await install('nvidia_cublas_cu12', '12.6.4.1', {
      'nvidia/cublas/lib/libcublas.so.12': library({ kind: 'cubin', capability: 50 }),
    });
    await put(`${SITE}/nvidia_cuda_runtime_cu12-12.6.77.dist-info/RECORD`, '');

    expect(await read()).toEqual({
      format: 1,
      complete: true,
      packages: [
        { name: 'nvidia-cuda-runtime-cu12', version: '12.6.77' },
        { name: 'torch', version: '2.7.1+cu126' },
      ],
      cuda: { torch: '12.6' },
      compat: [],
      code: [
        { package: 'some-ops', version: '1.0', cubins: ['12.1'], ptx: [] },
        {
          package: 'torch',
          version: '2.7.1+cu126',
          cubins: ['8.6', '9.0a', '10.0f'],
          ptx: [{ capability: '9.0', version: '8.5' }],
        },
      ],
    });
  });

  it('takes for those of a framework what most of its largest library is compiled for', async () => {
    const cubin = (capability: number, flags = 0x11) => ({ kind: 'cubin', capability, flags }) as const;
    const usual = [cubin(75), cubin(80), cubin(90)];
    const files = {
      'lib/libtorch_cuda.so': library(...usual, ...usual, ...usual, cubin(89), cubin(90, 0x10_0011)),
      'lib/libtorch_cuda_linalg.so': library(cubin(50), cubin(60), cubin(80)),
    };
    const below = (folder: string) =>
      Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${folder}/${path}`, bytes]));
    await install('torch', '2.10.0', below('torch'));
    await install('ops', '1', below('ops'));

    expect((await read()).code.map(({ package: name, cubins }) => [name, cubins])).toEqual([
      ['ops', ['5.0', '6.0', '7.5', '8.0', '8.9', '9.0', '9.0a']],
      ['torch', ['7.5', '8.0', '9.0']],
    ]);
  });

  it('reads several fat binaries of one section, with zeros between them', async () => {
    const section = Buffer.concat([
      fatBinary([{ kind: 'cubin', capability: 75 }]),
      Buffer.alloc(24),
      fatBinary([{ kind: 'cubin', capability: 80 }]),
    ]);
    await put(
      'app/kernels.so',
      elf([
        ['.text', Buffer.from('code')],
        ['.nv_fatbin', section],
      ]),
    );

    expect((await read()).code).toEqual([
      { package: 'kernels.so', version: null, cubins: ['7.5', '8.0'], ptx: [] },
    ]);
  });

  it('says which drivers cuda-compat works on', async () => {
    const note = '{"format":1,"CUDA version":"12.9","driver":[535,550],"device":[1,2]}';
    await put(
      'usr/local/cuda-12.9/compat/libcuda.so.575.57.08',
      elf([['.note.cuda.fwd_compatibility', Buffer.from(`\0\0CUDA\0${note}\0`)]]),
    );

    expect((await read()).compat).toEqual([{ library: '575.57.08', cuda: '12.9', drivers: [535, 550] }]);
  });

  it.each<[string, () => Buffer]>([
    ['is cut off', () => library({ kind: 'cubin', capability: 80 }).subarray(0, 90)],
    ['is no ELF file', () => Buffer.from('#!/bin/sh\n')],
    ['is empty', () => Buffer.alloc(0)],
    [
      'claims an image of almost 2^64 bytes',
      () => library({ kind: 'other', capability: 80, claimed: 2n ** 64n - 100n }),
    ],
    [
      'has sections behind its end',
      () => {
        const bytes = library({ kind: 'cubin', capability: 80 });
        bytes.writeBigUInt64LE(2n ** 63n, 40);
        return bytes;
      },
    ],
    [
      'names its sections in none',
      () => {
        const bytes = library({ kind: 'cubin', capability: 80 });
        bytes.writeUInt16LE(9_999, 62);
        return bytes;
      },
    ],
    ['has a section of other bytes', () => elf([['.nv_fatbin', Buffer.alloc(4096, 0xff)]])],
    ['has a section of zeros', () => elf([['.nv_fatbin', Buffer.alloc(1 << 20)]])],
  ])('finds nothing in a library that %s', async (_, content) => {
    await put('app/kernels.so', content());
    expect(await read()).toMatchObject({ complete: true, code: [] });
  });

  it('follows no link, waits for no pipe, and imports nothing', async () => {
    await install('torch', '1', { 'torch/version.py': "cuda = '12.6'\nopen('/tmp/never', 'w')\n" });
    await symlink('/dev/zero', join(root, 'endless.so'));
    await run('mkfifo', [join(root, 'pipe.so')]);

    expect((await read()).cuda).toEqual({ torch: '12.6' });
  });
});
