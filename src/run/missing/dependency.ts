import { DEBIAN_LIBRARIES, DEBIAN_PROGRAMS } from '../../data/libraries.ts';
import { PACKAGE_OF_MODULE } from '../../data/modules.ts';

/** Something that an image does not have, as a program said it. */
export interface MissingDependency {
  readonly kind: 'library' | 'program' | 'compiler' | 'python' | 'module';
  /** `libGL.so.1`, `ffmpeg`; what to call it. */
  readonly name: string;
}

/** Before anything else is looked at: lines come by the million. */
const MAYBE =
  /cannot open shared object file|not found|No such file or directory|No module named|library|ibmagic|Cannot find command|C compiler|CMAKE_C|unable to execute|command '/;

/** Lines are long and not ours: each pattern reads a bounded piece next to a fixed text. */
const PIECE = 200;

/** Whether a line of these may say that something is missing. */
export function mayLack(lines: string): boolean {
  return MAYBE.test(lines);
}

/** What a line of a log says is missing; undefined for all that is understood in no such way. */
export function lackIn(line: string): MissingDependency | undefined {
  if (!mayLack(line)) return undefined;
  return libraryIn(line) ?? compilerIn(line) ?? programIn(line) ?? moduleIn(line);
}

/** https://sourceware.org/git/?p=glibc.git;a=blob;f=elf/dl-load.c: `libGL.so.1: cannot open shared object file` */
function libraryIn(line: string): MissingDependency | undefined {
  const at = line.indexOf(': cannot open shared object file');
  const before = at < 0 ? '' : line.slice(Math.max(0, at - PIECE), at);
  const name = /([A-Za-z0-9][A-Za-z0-9_+.-]{0,99})$/.exec(before)?.[1];
  if (name?.includes('.so')) return { kind: 'library', name };
  const said = SENTENCES.find(([text]) => line.includes(text));
  return said && { kind: 'library', name: said[1] };
}

/** Packages that look for a library by themselves: soundfile, sounddevice, python-magic, pyzbar, rtree. */
const SENTENCES: readonly (readonly [says: string, library: string])[] = [
  ['sndfile library not found', 'libsndfile.so.1'],
  ['PortAudio library not found', 'libportaudio.so.2'],
  ['failed to find libmagic', 'libmagic.so.1'],
  ['Unable to find zbar shared library', 'libzbar.so.0'],
  ['could not find or load spatialindex_c', 'libspatialindex_c.so.6'],
];

/** setuptools, CMake, rustc, Triton and PyTorch's Inductor, each in its own words. */
const COMPILER: readonly string[] = [
  "error: command 'gcc' failed: No such file",
  "error: command 'g++' failed: No such file",
  "error: command 'cc' failed: No such file",
  "error: command 'x86_64-linux-gnu-gcc' failed: No such file",
  "error: command 'x86_64-linux-gnu-g++' failed: No such file",
  "error: command 'clang' failed: No such file",
  "unable to execute 'gcc'",
  'fatal error: Python.h: No such file',
  'No CMAKE_C_COMPILER could be found',
  'No CMAKE_CXX_COMPILER could be found',
  'CMAKE_C_COMPILER not set',
  'CMAKE_CXX_COMPILER not set',
  'error: linker `cc` not found',
  'Failed to find C compiler',
  'No working C++ compiler found',
];
/** Also as Debian's Python calls them, `x86_64-linux-gnu-gcc`. */
const COMPILERS = /^(?:[a-z0-9_]{1,20}-linux-gnu-)?(?:gcc|g\+\+|cc|c\+\+|clang)$/;
const PYTHONS: ReadonlySet<string> = new Set(['python', 'python3', 'pip', 'pip3']);

const NO_COMPILER: MissingDependency = { kind: 'compiler', name: 'C compiler' };

function compilerIn(line: string): MissingDependency | undefined {
  return COMPILER.some((text) => line.includes(text)) ? NO_COMPILER : undefined;
}

/** Of shells, of Python's subprocess, of Go's os/exec and of pip. */
const PROGRAM: readonly RegExp[] = [
  /(?:^|[\s/])(?:ba|da)?sh: (?:line )?\d{1,6}: ([\w.+-]{1,60}): (?:command )?not found$/,
  /No such file or directory: '([\w.+-]{1,60})'$/,
  /exec: "([\w.+-]{1,60})": executable file not found/,
  /Cannot find command '([\w.+-]{1,60})'/,
];

function programIn(line: string): MissingDependency | undefined {
  const end = line.trimEnd().slice(-PIECE);
  const name = PROGRAM.map((pattern) => pattern.exec(end)?.[1]).find((found) => found !== undefined);
  if (name === undefined) return undefined;
  if (COMPILERS.test(name)) return NO_COMPILER;
  if (PYTHONS.has(name) && !end.includes('directory:')) return { kind: 'python', name: 'Python' };
  return DEBIAN_PROGRAMS.has(name) || OTHER_PROGRAMS.has(name) ? { kind: 'program', name } : undefined;
}

/** https://docs.python.org/3/library/exceptions.html#ModuleNotFoundError; what has a dot is a part of a package that is there. */
function moduleIn(line: string): MissingDependency | undefined {
  const [, name] = /\bNo module named '(\w{1,60})'/.exec(line) ?? [];
  return name !== undefined && PACKAGE_OF_MODULE.has(name) ? { kind: 'module', name } : undefined;
}

/** Debian packages that have it; none where another answer is the right one. */
export function packagesFor({ kind, name }: MissingDependency): readonly string[] {
  const table = kind === 'library' ? DEBIAN_LIBRARIES : DEBIAN_PROGRAMS;
  const found = kind === 'library' || kind === 'program' ? table.get(name) : undefined;
  return found === undefined ? [] : [found];
}

const DRIVER =
  'it is a part of NVIDIA\'s driver, which comes into the container only where the job asks for a GPU: write "gpu: 1"';
const TOOLKIT =
  "it is a part of CUDA, which the wheels for GPUs bring with them (torch, jax[cuda12], nvidia-*-cu12), or NVIDIA's base: image: { cuda: 12.6 }";

const OTHER_PROGRAMS: ReadonlyMap<string, string> = new Map([
  ['nvidia-smi', DRIVER],
  [
    'nvcc',
    'CUDA\'s compiler is in the "devel" images of NVIDIA: image: { base: "nvidia/cuda:12.6.3-cudnn-devel-ubuntu24.04" }',
  ],
]);

/** By the name before `.so`. */
const OTHER_LIBRARIES: readonly (readonly [name: RegExp, hint: string])[] = [
  [/^lib(?:cuda|nvidia-[a-z-]{1,40}|nvcuvid|nvoptix)$/, DRIVER],
  [
    /^lib(?:cudart|cublas|cublasLt|cudnn\w{0,40}|cufft|cufile|cupti|curand|cusolver|cusparse|cusparseLt|nccl|nvJitLink|nvrtc|nvToolsExt|npp\w{1,10})$/,
    TOOLKIT,
  ],
  [
    /^lib(?:torch\w{0,40}|c10\w{0,20})$/,
    'it is a part of torch: a package was built for another version of it than the one that is installed',
  ],
  [
    /^libmysqlclient$/,
    'Debian has the one of MariaDB in its place, libmariadb3: build the package against that, or use one written in Python, such as pymysql',
  ],
];

/** What to do about something that no package of the tables has. */
export function otherRemedy({ kind, name }: MissingDependency, where: 'build' | 'run'): string {
  if (kind === 'compiler') return `write image: { devel: ${where === 'build' ? 'build' : 'runtime'} }`;
  if (kind === 'python') return 'write image: { python: 3.13 }, or choose a base that has Python';
  if (kind === 'module')
    return `a package that is built here needs ${PACKAGE_OF_MODULE.get(name)}: choose a version of it that has a wheel for this Python`;
  const stem = name.replace(/\.so(?:\.[0-9.]{0,40})?$/, '');
  const known =
    kind === 'program'
      ? OTHER_PROGRAMS.get(name)
      : OTHER_LIBRARIES.find(([pattern]) => pattern.test(stem))?.[1];
  return known ?? `find its package with "apt-file search ${name}", and write it into image: { apt: […] }`;
}
