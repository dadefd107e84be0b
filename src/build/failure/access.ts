import type { Access } from '../../recipe/private-places.ts';

/** What to do about a step that a private place refused, from the last lines of pip, uv, git or ssh. */
export function accessHint(lines: string, access: Access | undefined): string | undefined {
  if (access === undefined) return undefined;
  return sshHint(lines, access) ?? gitHint(lines, access) ?? indexHint(lines, access);
}

const DENIED =
  /the index answers 40[13]\b|\b40[13] (?:Client )?(?:Error|Unauthorized|Forbidden)|status code 40[13]\b/i;
const MISSING = /\b404\b|No matching distribution found|No solution found|was not found in the/i;

const NO_CONTACT = /Failed to establish a new connection|Connection refused|tcp connect error/i;

function indexHint(lines: string, { index }: Access): string | undefined {
  if (index === undefined) return undefined;
  if (NO_CONTACT.test(lines)) {
    return `the builder cannot reach the index ${index.url}: check its address, and the network of the builder`;
  }
  const secret = index.secret?.name;
  if (DENIED.test(lines)) {
    return secret === undefined
      ? `the index asks for credentials: write image: { index: { url: ${index.url}, secret: NAME } }, and give user:password in the environment variable NAME`
      : `the index ${index.url} refused the credentials: check that the secret "${secret}" holds user:password or a token, that it is still valid, and that it may read the package`;
  }
  if (!MISSING.test(lines)) return undefined;
  const hidden = secret === undefined ? '' : `; some indexes hide what the secret "${secret}" may not read`;
  return `check the name and version, and that ${[index.url, ...index.extra].join(', ')} has it for this Python: no other index is asked${hidden}`;
}

const GIT_DENIED =
  /Authentication failed for|could not read (?:Username|Password)|Repository not found|Invalid username or (?:password|token)|requested URL returned error: 40[134]|repository '[^']*' not found/i;

function gitHint(lines: string, { git }: Access): string | undefined {
  if (git === undefined || !GIT_DENIED.test(lines)) return undefined;
  return `the Git host refused the token: check that the secret "${git.secret.name}" holds a token or user:token, that it is still valid, and that it may read the repository`;
}

function sshHint(lines: string, { ssh }: Access): string | undefined {
  if (!ssh) return undefined;
  if (/Host key verification failed/i.test(lines)) {
    return 'the key of the server is not known: add the lines that your Git host publishes to ~/.ssh/known_hosts of the machine that starts the build';
  }
  if (!/Permission denied \([a-z,-]*publickey/i.test(lines)) return undefined;
  return 'the server refused the keys of the SSH agent: add the right one with ssh-add; a deploy key opens one repository only';
}
