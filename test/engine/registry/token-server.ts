// The token server of a test registry, as the distribution project specifies it
// (docs "Token Authentication"): a process of its own, which is given the path of its settings.
import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const MAX_BODY = 64 * 1024;

export interface TokenSettings {
  readonly port: number;
  /** A file, like the certificate. */
  readonly key: string;
  readonly certificate: string;
  readonly issuer: string;
  readonly service: string;
  readonly seconds: number;
  readonly users: Readonly<Record<string, User>>;
}

interface User {
  readonly password: string;
  readonly push: boolean;
}

interface Login {
  readonly username: string;
  readonly password: string;
}

/** What may be done with something: https://distribution.github.io/distribution/spec/auth/jwt/ */
interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

const settings: TokenSettings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const key = createPrivateKey(readFileSync(settings.key));
const x5c = [readFileSync(settings.certificate, 'utf8').replace(/-----[^-]+-----|\s/g, '')];

createServer((call, answer) => void serve(call, answer)).listen(settings.port, '127.0.0.1');

async function serve(call: IncomingMessage, answer: ServerResponse): Promise<void> {
  const url = new URL(call.url ?? '/', 'http://localhost');
  if (url.pathname !== '/token') return reply(answer, 404, { error: 'only /token is here' });
  const form = call.method === 'POST' ? new URLSearchParams(await bodyOf(call)) : undefined;
  const fields = form ?? url.searchParams;
  const login = form ? formLogin(form) : basicLogin(call.headers.authorization);
  const user = login === undefined ? undefined : settings.users[login.username];
  if (login && user?.password !== login.password) {
    log(call.method, login.username, [], 401);
    return reply(answer, 401, { errors: [{ code: 'UNAUTHORIZED', message: 'wrong username or password' }] });
  }
  const scopes = fields
    .getAll('scope')
    .flatMap((text) => text.split(' '))
    .filter(Boolean);
  const access = scopes.flatMap(parsedScope).map((scope) => granted(scope, user));
  log(call.method, login?.username ?? '', access, 200);
  const token = signed(login?.username ?? '', access);
  reply(answer, 200, {
    token,
    access_token: token,
    expires_in: settings.seconds,
    issued_at: new Date().toISOString(),
  });
}

/** `repository:team/app:pull,push`; a name may hold a colon (host and port). */
function parsedScope(text: string): readonly Access[] {
  const match = /^(\w+):(.+):([\w,*]*)$/.exec(text);
  if (match === null) return [];
  const [, type = '', name = '', actions = ''] = match;
  return [{ type, name, actions: actions.split(',') }];
}

/** Nobody may pull from library/, a known user pulls all, some push as well. */
function granted({ type, name, actions }: Access, user: User | undefined): Access {
  const allowed = user ? ['pull', ...(user.push ? ['push', 'delete', '*'] : [])] : publicActions(name);
  return { type, name, actions: actions.filter((action) => allowed.includes(action)) };
}

function publicActions(name: string): readonly string[] {
  return name.startsWith('library/') ? ['pull'] : [];
}

function basicLogin(header: string | undefined): Login | undefined {
  const encoded = /^Basic (.+)$/i.exec(header ?? '')?.[1];
  if (!encoded) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The OAuth2 way, which containerd and BuildKit try first. */
function formLogin(form: URLSearchParams): Login | undefined {
  const username = form.get('username');
  return username === null ? undefined : { username, password: form.get('password') ?? '' };
}

function signed(subject: string, access: readonly Access[]): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: settings.issuer,
    aud: settings.service,
    sub: subject,
    access,
    iat: now,
    nbf: now - 10,
    exp: now + settings.seconds,
    jti: randomUUID(),
  };
  const input = [{ typ: 'JWT', alg: 'RS256', x5c }, claims].map(base64url).join('.');
  return `${input}.${sign('RSA-SHA256', Buffer.from(input), key).toString('base64url')}`;
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function bodyOf(call: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of call.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MAX_BODY) throw new Error('The body of a token request is too long.');
  }
  return text;
}

function log(method: string | undefined, user: string, access: readonly Access[], status: number): void {
  process.stdout.write(`${JSON.stringify({ method, user, access, status })}\n`);
}

function reply(answer: ServerResponse, status: number, body: object): void {
  answer.writeHead(status, { 'content-type': 'application/json' });
  answer.end(JSON.stringify(body));
}
