import * as z from 'zod';
import { type Finding, UserError } from '../errors.ts';
import type { Tree } from '../jobspec/file/tree.ts';
import type { Digest } from '../oci/types.ts';
import { type Installer, LOCK_FILE, type Lock, type LockedPackages } from './lock.ts';
import { isPin } from './pins.ts';

const digest = z.custom<Digest>(
  (value) => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value),
  'is not a digest',
);
const name = z.string().min(1).max(1_024);

const Entry = z
  .strictObject({
    step: name,
    base: name,
    platform: name,
    inputs: digest,
    apt: pins('apt').optional(),
    conda: pins('conda').optional(),
    pip: pins('pip').optional(),
  })
  .refine(
    ({ apt, conda, pip }) => [apt, conda, pip].filter((one) => one !== undefined).length === 1,
    'has one of "apt", "conda" and "pip"',
  );

const File = z.strictObject({
  note: z.string(),
  version: z.literal(1),
  tools: z.strictObject({ generator: z.int(), uv: name }),
  bases: z.record(name, z.record(name, digest)),
  packages: z.array(Entry),
});

function pins(installer: Installer): z.ZodArray<z.ZodString> {
  return z.array(z.string().refine((text) => isPin(installer, text), 'pins no package'));
}

/** The lock of the repository; undefined when it has none. */
export function findLock(tree: Tree): Lock | undefined {
  const text = tree.text(LOCK_FILE);
  return text === undefined ? undefined : readLock(text);
}

/** Throws one UserError with everything that no `jobimg lock` writes. */
export function readLock(text: string): Lock {
  const parsed = parseJson(text);
  if (isNewer(parsed)) throw broken('is of a newer version of jobimg than this one', 'use that version');
  const read = File.safeParse(parsed);
  if (!read.success) throw UserError.of(read.error.issues.map(findingOf));
  const { tools, bases, packages } = read.data;
  return {
    tools,
    bases: new Map(Object.entries(bases).map(([key, digests]) => [key, new Map(Object.entries(digests))])),
    packages: packages.map(lockedOf),
  };
}

function lockedOf({ apt, conda, pip = [], ...entry }: z.infer<typeof Entry>): LockedPackages {
  if (apt !== undefined) return { ...entry, installer: 'apt', pins: apt };
  return conda === undefined
    ? { ...entry, installer: 'pip', pins: pip }
    : { ...entry, installer: 'conda', pins: conda };
}

const WRITE_ANEW = 'write it again with "jobimg lock"';

function parseJson(text: string): unknown {
  if (/^(?:<{7}|>{7}) /m.test(text)) throw broken('contains merge conflict markers', WRITE_ANEW);
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw broken(`is not valid JSON: ${error.message}`, WRITE_ANEW);
  }
}

function isNewer(parsed: unknown): boolean {
  const version: unknown =
    typeof parsed === 'object' && parsed !== null && 'version' in parsed && parsed.version;
  return typeof version === 'number' && version > 1;
}

function findingOf({ path, message }: z.core.$ZodIssue): Finding {
  const place = path.map(String).join('.');
  return {
    level: 'error',
    code: 'lock-file',
    message: `${LOCK_FILE}${place === '' ? '' : `: "${place}"`}: ${message}`,
    hint: WRITE_ANEW,
    location: { file: LOCK_FILE },
  };
}

function broken(what: string, hint: string): UserError {
  return new UserError(`${LOCK_FILE} ${what}`, { code: 'lock-file', hint, location: { file: LOCK_FILE } });
}
