import { PYTHON_SETTINGS, UV, VENV } from '../../pip.ts';

/** Where uv is while a step needs it. */
export const UV_FOLDER = '/tmp/jobimg-uv';

export const UV_SYNC = `${UV_FOLDER}/bin/uv sync`;

/** uv is fetched for these lines, and leaves nothing but what they install. */
export function uvText(lines: readonly string[]): string {
  return [
    PYTHON_SETTINGS,
    `${VENV}/bin/pip install --quiet --no-cache-dir --no-compile --target ${UV_FOLDER} ${UV}`,
    `export UV_PROJECT_ENVIRONMENT=${VENV} UV_PYTHON=${VENV}/bin/python UV_PYTHON_DOWNLOADS=never UV_NO_CACHE=1 UV_NO_PROGRESS=1`,
    ...lines,
    `rm -rf ${UV_FOLDER} ${VENV}/.lock /tmp/uv-*.lock`,
  ].join('\n');
}
