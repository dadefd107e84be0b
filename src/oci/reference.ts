import { UserError } from '../errors.ts';
import { isDigest } from './digest.ts';
import type { Digest, Reference, Repository } from './types.ts';

/** https://github.com/distribution/reference/blob/main/regexp.go, and Docker's defaults for what is left out. */
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?$`);
const PATH_PART = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const MAX_PATH = 255;
const MAX_PORT = 65_535;
const MAX_REFERENCE = 1024;

const DEFAULT_REGISTRY = 'docker.io';
const DEFAULT_NAMESPACE = 'library/';

/** `python:3.13-slim`, `ghcr.io/acme/train@sha256:…`; a missing tag stays missing. */
export function parseReference(text: string): Reference {
  if (text.length > MAX_REFERENCE) throw invalid(text, `it is longer than ${MAX_REFERENCE} characters`);
  const [named, digest] = splitOnce(text, '@');
  const { name, tag } = splitTag(named);
  if (tag !== undefined && !TAG.test(tag)) {
    throw invalid(
      text,
      'a tag has up to 128 letters, digits, "_", "." and "-", and does not start with "." or "-"',
    );
  }
  return {
    ...readRepository(name, text),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest: readDigest(digest, text) }),
  };
}

/** A name without tag and digest. */
export function parseRepository(text: string): Repository {
  if (text.length > MAX_REFERENCE) throw invalid(text, `it is longer than ${MAX_REFERENCE} characters`);
  return readRepository(text, text);
}

/** The full form; `familiar` leaves out what Docker fills in, as far as it reads back the same. */
export function printReference(reference: Reference, { familiar = false } = {}): string {
  const { registry, path, tag, digest } = reference;
  const suffix = `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  const full = `${registry}/${path}`;
  if (!familiar) return full + suffix;
  return `${familiarNames(reference).find((name) => readsBack(name, reference)) ?? full}${suffix}`;
}

function familiarNames({ registry, path }: Repository): readonly string[] {
  if (registry !== DEFAULT_REGISTRY) return [];
  return path.startsWith(DEFAULT_NAMESPACE) ? [path.slice(DEFAULT_NAMESPACE.length), path] : [path];
}

function readsBack(name: string, { registry, path }: Repository): boolean {
  const guess = splitRegistry(name);
  return name !== '' && guess.registry === registry && guess.path === path;
}

function readRepository(name: string, text: string): Repository {
  const { registry, path } = splitRegistry(name);
  refuseWebsite({ registry, path }, text);
  if (!isHost(registry)) throw invalid(text, `"${show(registry)}" is not a registry host`);
  if (path.length > MAX_PATH) throw invalid(text, `its path is longer than ${MAX_PATH} characters`);
  if (!path.split('/').every((part) => PATH_PART.test(part))) throw invalid(text, pathProblem(path));
  if (/^[0-9a-f]{64}$/.test(name)) throw invalid(text, 'it is an image ID and names no repository');
  return { registry, path };
}

/** Where people read of images, the registry that has them, and what stands before their name there. */
const WEBSITES: Readonly<Record<string, { readonly registry: string; readonly before: RegExp }>> = {
  'hub.docker.com': { registry: DEFAULT_REGISTRY, before: /^(?:_|r|layers)\// },
  'github.com': { registry: 'ghcr.io', before: /^$/ },
  'gitlab.com': { registry: 'registry.gitlab.com', before: /^$/ },
};

function refuseWebsite({ registry, path }: Repository, text: string): void {
  const site = Object.hasOwn(WEBSITES, registry) ? WEBSITES[registry] : undefined;
  if (site === undefined) return;
  const named = path.replace(site.before, '');
  const full = site.registry === DEFAULT_REGISTRY ? onDefaultRegistry(named).path : named;
  const rest = text.slice(text.indexOf(path) + path.length);
  throw new UserError(`"${registry}" is a website, where no image can be read from`, {
    code: 'invalid-reference',
    hint: `write ${site.registry}/${full}${rest}`,
  });
}

function isHost(registry: string): boolean {
  const [, port] = /:(\d+)$/.exec(registry) ?? [];
  return HOST.test(registry) && Number(port ?? 0) <= MAX_PORT;
}

/** As Docker decides: the part before the first slash is a host when it can be no path. */
function splitRegistry(name: string): Repository {
  const [first, rest] = splitOnce(name, '/');
  if (rest === undefined || !looksLikeHost(first)) return onDefaultRegistry(name);
  if (first === DEFAULT_REGISTRY || first === 'index.docker.io') return onDefaultRegistry(rest);
  return { registry: first, path: rest };
}

function looksLikeHost(part: string): boolean {
  return /[.:]/.test(part) || part === 'localhost' || part !== part.toLowerCase();
}

function onDefaultRegistry(path: string): Repository {
  return {
    registry: DEFAULT_REGISTRY,
    path: path.includes('/') ? path : `${DEFAULT_NAMESPACE}${path}`,
  };
}

/** A colon after the last slash starts the tag; one before it belongs to the port. */
function splitTag(named: string): { readonly name: string; readonly tag?: string } {
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  if (colon < 0) return { name: named };
  return { name: named.slice(0, colon), tag: named.slice(colon + 1) };
}

function readDigest(digest: string, text: string): Digest {
  if (isDigest(digest)) return digest;
  throw invalid(text, 'a digest is "sha256:" and 64 hexadecimal digits in lower case');
}

function pathProblem(path: string): string {
  if (/[A-Z]/.test(path)) return 'the name of a repository is lower case';
  if (/:\/\//.test(path) || path === '') return 'it has the form registry/name:tag';
  return 'the parts of its name are letters and digits in lower case, with single ".", "_" or "-" between them';
}

function invalid(text: string, why: string): UserError {
  const hint = text.includes('://')
    ? 'write it without the scheme, as registry.example.com/name:tag'
    : undefined;
  return new UserError(`"${show(text)}" is not an image reference: ${why}`, {
    code: 'invalid-reference',
    hint,
  });
}

/** Text that may hold anything, on one line and bounded. */
function show(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text).slice(1, -1);
}

function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
