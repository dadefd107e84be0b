import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEBIAN_LIBRARIES, DEBIAN_PROGRAMS } from '../../../src/data/libraries.ts';
import { watchLines } from '../../../src/run/lines/watch.ts';
import { lackIn } from '../../../src/run/missing/dependency.ts';
import { lackFindings, lackHint } from '../../../src/run/missing/findings.ts';
import { jobOf } from '../../recipe/support.ts';

const GL = 'ImportError: libGL.so.1: cannot open shared object file: No such file or directory';

describe('what a line says that an image lacks', () => {
  it.each([
    [GL, 'libGL.so.1'],
    ['OSError: libgomp.so.1: cannot open shared object file: No such file or directory', 'libgomp.so.1'],
    [
      './tool: error while loading shared libraries: libpq.so.5: cannot open shared object file: No such file or directory',
      'libpq.so.5',
    ],
    [
      "Could not load dynamic library 'libcudart.so.11.0'; dlerror: libcudart.so.11.0: cannot open shared object file",
      'libcudart.so.11.0',
    ],
    ['/opt/x/libglib-2.0.so.0: cannot open shared object file', 'libglib-2.0.so.0'],
    ['OSError: sndfile library not found', 'libsndfile.so.1'],
    ['ImportError: failed to find libmagic.  Check your installation', 'libmagic.so.1'],
    ['bash: line 1: ffmpeg: command not found', 'ffmpeg'],
    ['/bin/sh: 12: git: not found', 'git'],
    ["FileNotFoundError: [Errno 2] No such file or directory: 'ffprobe'", 'ffprobe'],
    ['exec: "git": executable file not found in $PATH', 'git'],
    ["  ERROR: Cannot find command 'git'", 'git'],
    ['bash: line 3: nvidia-smi: command not found', 'nvidia-smi'],
    ['sh: 1: python3: not found', 'Python'],
    ["error: command 'gcc' failed: No such file or directory", 'C compiler'],
    ['src/x.c:1:10: fatal error: Python.h: No such file or directory', 'C compiler'],
    ["error: [Errno 2] No such file or directory: 'x86_64-linux-gnu-gcc'", 'C compiler'],
    ['/bin/sh: 3: cc: not found', 'C compiler'],
    ['RuntimeError: Failed to find C compiler. Please specify via CC environment variable', 'C compiler'],
    ["FileNotFoundError: [Errno 2] No such file or directory: 'data/train.csv'", undefined],
    ["FileNotFoundError: [Errno 2] No such file or directory: 'python'", undefined],
    ['bash: line 1: my-own-tool: command not found', undefined],
    ['OSError: data.bin: cannot open shared object file', undefined],
    ["ModuleNotFoundError: No module named 'sklearn'", 'sklearn'],
    ["[rank0]: ModuleNotFoundError: No module named 'PIL'", 'PIL'],
    ["ModuleNotFoundError: No module named 'torch.nonsense'", undefined],
    ["ModuleNotFoundError: No module named 'helpers'", undefined],
    ['page not found', undefined],
    ['', undefined],
  ])('%j', (line, name) => {
    expect(lackIn(line)?.name).toBe(name);
  });

  it('is a plain name, whatever a hostile line holds', () => {
    const part = fc.constantFrom(
      ': cannot open shared object file',
      '.so',
      'lib',
      'sh: 1: ',
      ': not found',
      ': command not found',
      "No such file or directory: '",
      'git',
      '.',
      ' ',
      '\u202e',
      '::error::',
      '`$(id)`',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), fc.nat(2_000), (parts, times) => {
        const name = lackIn(parts.join('') + 'a.so'.repeat(times) + parts.join(''))?.name ?? '';

        expect(name).toMatch(/^[\w.+-]{0,100}$|^C compiler$/);
      }),
    );
  });

  it('is kept once, and only so much of it', () => {
    const watch = watchLines([]);

    for (let index = 0; index < 40; index++) watch.lines([GL]);
    for (let index = 0; index < 40; index++) watch.lines([`lib${index}.so: cannot open shared object file`]);

    expect(watch.lacks()).toHaveLength(5);
    expect(watch.lacks()[0]).toEqual({ kind: 'library', name: 'libGL.so.1' });
  });
});

describe('what to do about it', () => {
  const lacks = [GL, 'sh: 1: ffmpeg: not found'].flatMap((line) => lackIn(line) ?? []);

  it('is one line for all of it, at the place where it is added', () => {
    const job = jobOf('run: x\nimage:\n  packages: [opencv-python]\n  apt: [git, libgl1]\n');

    expect(lackFindings(lacks, job)).toEqual([
      {
        level: 'error',
        code: 'image-lacks',
        message: 'the image has no "libGL.so.1"',
        hint: 'write image: { apt: [ffmpeg, git, libgl1] }',
        location: { file: 'jobimg.yml', line: 4, column: 8 },
      },
      expect.objectContaining({ message: 'the image has no "ffmpeg"' }),
    ]);
    expect(lackFindings([], job)).toEqual([]);
  });

  it('is to build on an image that is used as it is', () => {
    const [finding] = lackFindings(lacks, jobOf('run: x\nimage: a:1\n'));

    expect(finding).toMatchObject({
      hint: 'put it into the image, or build on it: image: { base: …, apt: [ffmpeg, libgl1] }',
      location: { line: 2 },
    });
  });

  it.each([
    [
      'run: x\n',
      'add pillow, scikit-learn to the file of dependencies, or write image: { packages: [pillow, scikit-learn] }',
    ],
    [
      'run: x\nimage: { packages: [torch] }\n',
      'add pillow, scikit-learn to the file of dependencies, or write image: { packages: [pillow, scikit-learn, torch] }',
    ],
    [
      'run: x\nimage: a:1\n',
      'put it into the image, or build on it: image: { base: …, packages: [pillow, scikit-learn] }',
    ],
    ['run: x\nimage: { dockerfile: docker/gpu }\n', 'install pillow, scikit-learn in docker/gpu'],
  ])('is to install what a program imports: %j', (spec, hint) => {
    const modules = ['sklearn', 'PIL'].map((name) => ({ kind: 'module', name }) as const);

    expect(lackFindings([...modules, ...lacks], jobOf(spec))[0]).toMatchObject({
      message: 'the image has no module "sklearn"',
      hint,
    });
    expect(lackHint(modules, true)).toContain('needs scikit-learn');
    expect(lackHint(modules, false)).toBe('install scikit-learn before this line');
  });

  it.each([
    ['libcuda.so.1', 'gpu: 1'],
    ['libnvidia-ml.so.1', 'gpu: 1'],
    ['libcudnn_ops_infer.so.8', 'cuda: 12.6'],
    ['libcudart.so.12', 'cuda: 12.6'],
    ['libtorch_cuda.so', 'another version'],
    ['libmysqlclient.so.21', 'pymysql'],
    ['libstrange.so.3', 'apt-file search libstrange.so.3'],
  ])('depends for %s on whose it is', (name, hint) => {
    const [finding] = lackFindings([{ kind: 'library', name }], jobOf('run: x\n'));

    expect(finding?.hint).toContain(hint);
    expect(finding?.location).toEqual({ file: 'jobimg.yml' });
  });

  it('asks for compilers in the build or in the image, by where they were missed', () => {
    const compiler = { kind: 'compiler', name: 'C compiler' } as const;

    expect(lackHint([compiler], true)).toBe('write image: { devel: build }');
    expect(lackFindings([compiler], jobOf('run: x\n'))[0]).toMatchObject({
      message: 'the image has no C compiler',
      hint: 'write image: { devel: runtime }',
    });
    expect(lackHint(lacks, true)).toBe('write image: { apt: [ffmpeg, libgl1] }');
    expect(lackHint([], true)).toBeUndefined();
  });

  it('stands in your own Dockerfile before the line that missed it', () => {
    const [, ffmpeg] = lacks;

    expect(lackHint(ffmpeg === undefined ? [] : [ffmpeg], false)).toBe(
      'install "ffmpeg" before this line: apt-get install --yes ffmpeg',
    );
  });
});

describe('the table of libraries and programs', () => {
  it('names packages as apt takes them', () => {
    for (const [name, one] of [...DEBIAN_LIBRARIES, ...DEBIAN_PROGRAMS]) {
      expect(name).toMatch(/^[\w.+-]+$/);
      expect(one).toMatch(/^[a-z0-9][a-z0-9+.-]+$/);
    }
    for (const library of DEBIAN_LIBRARIES.keys()) {
      expect(lackIn(`${library}: cannot open shared object file`)?.name).toBe(library);
    }
    for (const program of DEBIAN_PROGRAMS.keys()) {
      expect(lackIn(`bash: line 1: ${program}: command not found`)?.name).toBe(program);
    }
  });
});
