import * as z from 'zod';
import { CallError, type Repeat } from '../../../io/http/retry.ts';
import { readJson } from '../../../json.ts';

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
const Status = z.object({
  kind: z.literal('Status'),
  message: z.string().optional(),
  reason: z.string().optional(),
});

/** What an API server refused. */
export class ApiError extends CallError {
  readonly status: number;
  /** In Kubernetes' own words: `AlreadyExists`, `Forbidden`. */
  readonly reason: string | undefined;

  constructor(call: string, status: number, text: string, repeat?: Repeat) {
    const said = statusIn(text);
    const message = said?.message ?? (withoutPage(text).slice(0, 500) || 'no reason given');
    super(`${call}: the cluster answered ${status}: ${message}`, {
      code: 'kubernetes',
      hint: hintFor(status, message),
      repeat,
    });
    this.status = status;
    this.reason = said?.reason;
  }
}

export function isStatus(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof ApiError && statuses.includes(error.status);
}

/** One status has several: 409 is a name that is taken, or a change that came in between. */
export function isReason(error: unknown, reason: string): boolean {
  return error instanceof ApiError && error.reason === reason;
}

function statusIn(text: string): z.infer<typeof Status> | undefined {
  return readJson(Status, text);
}

/** What stands in between answers with a page for people. */
function withoutPage(text: string): string {
  if (!/^\s*<(?:!doctype|html|head|\?xml)/i.test(text)) return text.trim();
  const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1]?.trim().replace(/\s+/g, ' ');
  return `a page${title ? `, "${title}",` : ''} in place of an answer: a proxy in between may have sent it`;
}

function hintFor(status: number, message: string): string | undefined {
  if (status === 401)
    return 'the credentials of the kubeconfig are not accepted, or have expired: try "kubectl auth whoami"';
  if (status === 403 && message.includes('exceeded quota'))
    return 'ask for less, wait until others have ended, or have the quota of the namespace raised';
  if (status === 403)
    return 'see what this user may do with "kubectl auth can-i --list"; the least it needs is in examples/kubernetes/rbac.yaml';
  if (status === 404 && /namespaces? "/.test(message)) return 'write a "namespace" that there is';
  return undefined;
}
