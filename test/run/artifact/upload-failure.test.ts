import { describe, expect, it } from '@jest/globals';
import { uploadFailureOf, uploadFinding } from '../../../src/run/artifact/upload-failure.ts';

/** As @actions/artifact 6.2.1 and @azure/storage-blob say it. */
const SAID = [
  [
    'GHESNotSupportedError',
    '@actions/artifact v2.0.0+ … not currently supported on GHES.',
    undefined,
    'enterprise',
  ],
  ['Error', 'Unable to get the ACTIONS_RUNTIME_TOKEN env variable', undefined, 'no-service'],
  ['Error', 'Unable to get the ACTIONS_RESULTS_URL env variable', undefined, 'no-service'],
  ['InvalidTokenError', 'Invalid token specified: missing part #2', undefined, 'no-service'],
  ['Error', 'Failed to get backend IDs: The provided JWT token is invalid', undefined, 'no-service'],
  ['UsageError', 'Artifact storage quota has been hit.', undefined, 'quota'],
  [
    'Error',
    'Failed to CreateArtifact: Artifact storage quota has been hit. Unable to upload',
    undefined,
    'quota',
  ],
  ['Error', 'Failed to CreateArtifact: … Failed request: (409) Conflict: an artifact …', undefined, 'taken'],
  ['Error', 'Failed to CreateArtifact: … Failed request: (403) Forbidden', undefined, 'denied'],
  ['Error', 'Failed to FinalizeArtifact: … Failed request: (401) Unauthorized', undefined, 'denied'],
  ['RestError', 'AuthenticationFailed', 403, 'denied'],
  ['RestError', 'Server busy', 503, 'service'],
  ['Error', 'Failed to make request after 5 attempts: Failed request: (503) Busy', undefined, 'service'],
  ['Error', 'Failed to make request after 5 attempts: Unexpected token < in JSON', undefined, 'service'],
  ['InvalidResponseError', 'CreateArtifact: response from backend was not ok', undefined, 'service'],
  ['NetworkError', 'Unable to make request: ECONNRESET', undefined, 'network'],
  [
    'Error',
    'Failed to CreateArtifact: Unable to make request: ENOTFOUND\nIf you are using',
    undefined,
    'network',
  ],
  ['Error', 'Upload progress stalled.', undefined, 'network'],
  ['RestError', 'getaddrinfo EAI_AGAIN x.blob.core.windows.net', undefined, 'network'],
  ['Error', 'An error has occurred during zip creation for the artifact', undefined, 'file'],
  ['Error', "EACCES: permission denied, open '/a'", undefined, 'file'],
  ['UploadEnded', 'the upload was ended by SIGKILL', undefined, 'ended'],
  ['TypeError', 'x is not a function', undefined, 'other'],
] as const;

describe('an upload that failed', () => {
  it.each(SAID)('with %s: %s', (name, message, status, kind) => {
    expect(uploadFailureOf({ name, message, status }).kind).toBe(kind);
  });

  it.each(SAID)(
    'is told with where the files are and what to do, and ends nothing: %s: %s',
    (name, message, status, kind) => {
      const failure = uploadFailureOf({ name, message, status });
      const finding = uploadFinding('18-1-train-0a1b2c3d', '/runs/1', failure);

      expect(finding.level).toBe(kind === 'enterprise' ? 'notice' : 'warning');
      expect(finding.message).toContain('the outputs of 18-1-train-0a1b2c3d are only in "/runs/1"');
      expect(finding.message).not.toContain('\n');
      expect(finding.hint).toMatch(/^[a-z].{10,}[^.]$/);
    },
  );

  it('does not show who may write the blob', () => {
    const message = 'PUT https://x.blob.core.windows.net/a?se=2030&sig=abc%2Bd&sp=w failed';

    expect(uploadFailureOf({ name: 'Error', message }).detail).toBe(
      'PUT https://x.blob.core.windows.net/a?se=2030&sig=***&sp=w failed',
    );
  });
});
