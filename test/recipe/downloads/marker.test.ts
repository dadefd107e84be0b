import { describe, expect, it } from '@jest/globals';
import { markerHolds } from '../../../src/recipe/downloads/marker.ts';

const KNOWN = { machine: 'x86_64', python: '3.12' };
const UNKNOWN = { machine: 'x86_64', python: undefined };

describe('an environment marker', () => {
  it.each([
    ["sys_platform == 'linux'", true],
    ["sys_platform == 'win32'", false],
    ["platform_machine == 'x86_64' and sys_platform == 'linux'", true],
    ["platform_machine == 'aarch64' and sys_platform == 'linux'", false],
    ["platform_machine != 'aarch64' or sys_platform == 'darwin'", true],
    ["python_full_version >= '3.12'", true],
    ["python_full_version < '3.12'", false],
    ["python_version >= '3.10' and python_version < '4'", true],
    ["python_full_version == '3.12.*'", true],
    ["(sys_platform == 'win32' or os_name == 'posix') and implementation_name == 'cpython'", true],
    ["sys_platform not in 'win32, cygwin'", true],
    ["platform_machine in 'x86_64 AMD64'", true],
  ])('%s is told', (marker, holds) => {
    const found = markerHolds(marker, KNOWN);

    expect(found).toBe(holds);
  });

  it.each([
    "extra == 'cuda'",
    "platform_release >= '5'",
    "'linux' == sys_platform",
    "sys_platform == 'linux' and extra == 'cuda'",
    "sys_platform == 'linux' nonsense",
    "(sys_platform == 'linux'",
    'sys_platform',
    '',
    "python_version > 'x'",
  ])('"%s" is not known', (marker) => {
    const found = markerHolds(marker, KNOWN);

    expect(found).toBeUndefined();
  });

  it.each([
    ["python_version >= '3.9'", undefined],
    ["python_version >= '3.9' and sys_platform == 'win32'", false],
    ["python_version >= '3.9' or sys_platform == 'linux'", true],
  ])('%s is told as far as a Python that nobody knows lets it', (marker, holds) => {
    const found = markerHolds(marker, UNKNOWN);

    expect(found).toBe(holds);
  });
});
