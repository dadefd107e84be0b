import { describe, expect, it } from '@jest/globals';
import { RegistryError, redact } from '../../src/registry/protocol/errors.ts';

function failure(status: number, body: string, change: object = {}) {
  return new RegistryError({
    response: {
      status,
      headers: new Map([['content-type', 'application/json; charset=utf-8']]),
      body: Buffer.from(body),
      url: new URL('https://ghcr.io/v2/'),
    },
    call: 'PUT manifest acme/train:1 at ghcr.io',
    repository: { registry: 'ghcr.io', path: 'acme/train' },
    pushing: true,
    known: true,
    ...change,
  });
}

describe('RegistryError', () => {
  it("says the registry's own words, the call and the status", () => {
    const body =
      '{"errors":[{"code":"DENIED","message":"permission_denied: write_package","detail":{"a":1}},{"code":"UNKNOWN"}]}';

    expect(failure(403, body)).toMatchObject({
      message:
        'PUT manifest acme/train:1 at ghcr.io: DENIED: permission_denied: write_package: {"a":1}; UNKNOWN (403)',
      kind: 'input',
      status: 403,
      findings: [
        {
          code: 'registry-denied',
          hint: expect.stringContaining('"Package settings" → "Manage Actions access"'),
        },
      ],
    });
  });

  it.each(['', '<html>', 'null', '[]', '{"errors":"x"}', '{"errors":[1,null,"x"]}'])(
    'makes do with the status when the body is %s',
    (body) => {
      expect(failure(500, body).message).toBe('PUT manifest acme/train:1 at ghcr.io: the answer was 500');
    },
  );

  it.each([
    ['NAME_UNKNOWN', 404, 'create the repository "acme/train" in the registry first'],
    [
      'MANIFEST_BLOB_UNKNOWN',
      404,
      expect.stringContaining('the registry is missing a part that was sent to it'),
    ],
    ['BLOB_UNKNOWN', 400, expect.stringContaining('the registry is missing a part that was sent to it')],
    ['DENIED', 403, expect.stringContaining('add "permissions: { contents: read, packages: write }"')],
  ])('hints by the code: %s', (code, status, hint) => {
    const error = failure(status, JSON.stringify({ errors: [{ code }] }));

    expect(error.findings[0]?.hint).toEqual(hint);
  });

  it.each([
    [
      400,
      'TAG_INVALID',
      "The image tag '1' already exists and cannot be overwritten because the tag is immutable.",
    ],
    [412, 'PRECONDITION', "Failed to process request due to 'train:1' configured as immutable."],
    [409, 'TAG_ALREADY_EXISTS', 'tag was already pushed'],
    [400, 'BLOB_UPLOAD_INVALID', 'Repository does not allow updating assets: docker'],
    [
      405,
      'REGISTRY_DISALLOWED_OPERATION',
      'The operation is disallowed on this registry, repository or image.',
    ],
    [400, 'MANIFEST_INVALID', 'The repository has enabled tag immutability'],
  ])('tells of tags that are not written twice: %d %s', (status, code, message) => {
    const error = failure(status, JSON.stringify({ errors: [{ code, message }] }));

    expect(error.findings[0]?.hint).toContain('does not let this tag be written again');
  });

  it('asks for a login when nothing was known', () => {
    expect(failure(401, '', { known: false }).findings[0]?.hint).toBe(
      'log in to ghcr.io before this, or give its credentials in `registry-auth`',
    );
    expect(failure(401, '', { known: false, pushing: false }).findings[0]?.hint).toMatch(
      /^check the name, .* log in to ghcr\.io before this/,
    );
  });

  it('takes what a registry says for text, on one line and bounded', () => {
    const message = `::add-mask::x\n##[error]y\u001b[31m${'z'.repeat(1000)}`;

    const error = failure(500, JSON.stringify({ errors: [{ code: 'X', message }] }));

    expect(error.message).toMatch(/^\P{Cc}*$/u);
    expect(error.message).not.toContain('##[');
    expect(error.message.length).toBeLessThan(400);
  });
});

describe('redact', () => {
  it.each([
    ['see https://a.io/x?sig=SECRET&y=1 now', 'see https://a.io/x?… now'],
    ['https://user:SECRET@a.io/x', 'https://a.io/x'],
    ['Authorization: Bearer abcdefghijkl', 'Authorization: Bearer …'],
    ['Basic dXNlcjpwYXNz', 'Basic …'],
    ['nothing secret', 'nothing secret'],
  ])('of %s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });
});
