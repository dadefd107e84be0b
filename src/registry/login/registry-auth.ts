import { parse } from 'yaml';
import * as z from 'zod';
import { UserError } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import type { Repository } from '../../oci/types.ts';

/** One entry of the input `registry-auth`. */
export interface RegistryAuth {
  readonly pattern: RegistryPattern;
  readonly username: string;
  readonly password: string;
}

/** `ghcr.io`, `*.example.com`, `ghcr.io/acme/*`. */
export interface RegistryPattern {
  readonly registry: string;
  /** Path that it is for, with everything below it; undefined: all. */
  readonly path?: string | undefined;
}

const KEYS = ['registry', 'username', 'password', 'scope', 'ecr'] as const;
const MAX_TEXT = 64 * 1024;
const HOST_PATTERN = /^(\*\.)?[A-Za-z0-9[\]][A-Za-z0-9.:[\]-]*$/;

const Entry = z.looseObject({
  registry: z.string().optional(),
  username: z.string().min(1),
  password: z.string().min(1),
  scope: z.string().optional(),
  ecr: z.string().optional(),
});

/** The YAML list that docker/login-action v4 reads. No value of it ever stands in an error. */
export function parseRegistryAuth(text: string): readonly RegistryAuth[] {
  if (text.trim() === '') return [];
  const list = readList(text);
  const findings = new Findings();
  for (const [index, entry] of list.entries()) {
    const refuse = (message: string, hint?: string): void =>
      findings.error('registry-auth', `entry ${index + 1} of \`registry-auth\` ${message}`, { hint });
    checkEntry(entry, refuse);
  }
  findings.throwIfErrors();
  return list.map(entryOf);
}

function readList(text: string): readonly unknown[] {
  const list = text.length > MAX_TEXT ? undefined : parseYaml(text);
  if (Array.isArray(list)) return list;
  throw new UserError('`registry-auth` is not a YAML list', {
    code: 'registry-auth',
    hint: 'write one entry per registry: "- registry: ghcr.io", and below it "username:" and "password:"',
  });
}

/** Every value is text: `password: 0123` is four characters. */
function parseYaml(text: string): unknown {
  try {
    return parse(text, { schema: 'failsafe', maxAliasCount: 0, logLevel: 'error', prettyErrors: false });
  } catch {
    // The parser quotes the line it stumbled over, and with it a password.
    return undefined;
  }
}

/** Reports what is wrong with one entry. */
type Refuse = (message: string, hint?: string) => void;

function checkEntry(value: unknown, refuse: Refuse): void {
  const parsed = Entry.safeParse(value);
  if (!parsed.success) {
    const missing = [...new Set(parsed.error.issues.map(({ path }) => String(path[0] ?? 'registry')))];
    const names = missing.map((key) => `"${key}"`).join(' and ');
    refuse(`has no usable ${names}`, 'check that the secret it comes from is set and reaches this step');
    return;
  }
  const unknown = Object.keys(parsed.data).filter((key) => !KEYS.some((known) => known === key));
  for (const key of unknown) refuse(`has the unknown key "${key}"`, hintForKey(key));
  checkValues(parsed.data, refuse);
}

function checkValues({ registry = 'docker.io', ecr = 'auto' }: z.infer<typeof Entry>, refuse: Refuse): void {
  if (!HOST_PATTERN.test(hostOf(registry))) refuse(`has a registry that is not a host: "${registry}"`);
  if (ecr === 'true') {
    const hint = 'run aws-actions/amazon-ecr-login before this step';
    refuse('asks for a login to ECR, which is not supported', hint);
  } else if (!['auto', 'false'].includes(ecr)) {
    refuse(`has "ecr: ${ecr}"`, 'it is auto, true or false');
  }
}

function hintForKey(key: string): string {
  const near = KEYS.find((known) => known.startsWith(key.slice(0, 3).toLowerCase()));
  return near === undefined ? `it has ${KEYS.join(', ')}` : `did you mean "${near}"?`;
}

function entryOf(value: unknown): RegistryAuth {
  const { registry = 'docker.io', username, password, scope } = Entry.parse(value);
  const pattern = parsePattern(registry);
  const path = scope?.split('@')[0] || pattern.path;
  return { pattern: { registry: pattern.registry, path }, username, password };
}

function parsePattern(text: string): RegistryPattern {
  const [, ...rest] = bare(text).split('/');
  const path = rest.join('/').replace(/\/?\*{0,2}$/, '');
  const host = hostOf(text);
  const registry = ['index.docker.io', 'registry-1.docker.io'].includes(host) ? 'docker.io' : host;
  if (path === '' || path === 'v1' || path === 'v2') return { registry };
  return { registry, path };
}

function hostOf(text: string): string {
  return bare(text).split('/')[0] ?? '';
}

function bare(text: string): string {
  return text.trim().replace(/^https?:\/\//, '');
}

/** The entry that says most about a repository: a host by name before a pattern, a longer path before a shorter one. */
export function mostSpecific(
  entries: readonly RegistryAuth[],
  repository: Repository,
): RegistryAuth | undefined {
  const fitting = entries.filter(({ pattern }) => fits(pattern, repository));
  return fitting.reduce<RegistryAuth | undefined>(
    (best, entry) => (best === undefined || weight(entry.pattern) > weight(best.pattern) ? entry : best),
    undefined,
  );
}

function fits(pattern: RegistryPattern, { registry, path }: Repository): boolean {
  const host = pattern.registry.startsWith('*.')
    ? registry.endsWith(pattern.registry.slice(1))
    : registry.toLowerCase() === pattern.registry.toLowerCase();
  if (!host || pattern.path === undefined) return host;
  // A path is lower case in a registry, and an owner on GitHub need not be.
  const below = pattern.path.toLowerCase();
  return path === below || path.startsWith(`${below}/`);
}

function weight({ registry, path = '' }: RegistryPattern): number {
  return (registry.startsWith('*.') ? 0 : 10_000) + path.length;
}
