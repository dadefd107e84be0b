/** Calls the driver itself, which needs no package: a context on each GPU that the container has. */
const PYTHON = `import ctypes, sys
try:
    cuda = ctypes.CDLL("libcuda.so.1")
except OSError as error:
    print(error)
    sys.exit(4)
def check(code, what):
    if code:
        text = ctypes.c_char_p()
        cuda.cuGetErrorString(code, ctypes.byref(text))
        print("%s: %s (CUDA error %d)" % (what, (text.value or b"unknown").decode(), code))
        sys.exit(3)
check(cuda.cuInit(0), "cuInit")
count = ctypes.c_int()
check(cuda.cuDeviceGetCount(ctypes.byref(count)), "cuDeviceGetCount")
if count.value == 0:
    print("CUDA finds no GPU")
    sys.exit(3)
for index in range(count.value):
    device, context = ctypes.c_int(), ctypes.c_void_p()
    check(cuda.cuDeviceGet(ctypes.byref(device), index), "GPU %d" % index)
    check(cuda.cuDevicePrimaryCtxRetain(ctypes.byref(context), device), "GPU %d" % index)
    cuda.cuDevicePrimaryCtxRelease(device)
print("CUDA runs on %d" % count.value)
`;

/** Before the one word that the script ends with. */
const MARK = 'jobimg-smoke-test:';

/**
 * What there is of it in the image is called: the driver's tool, which its toolkit brings along, and Python. 126 and 127
 * are of a tool that cannot run there, as on musl. The log is read while it runs, hence the pause.
 */
export const SMOKE_TEST = `result=unknown
if command -v nvidia-smi >/dev/null 2>&1; then
  nvidia-smi -L 2>&1
  case $? in 0) result=usable ;; 126 | 127) ;; *) result=unusable ;; esac
fi
for python in python3 python; do
  [ "$result" != unusable ] && command -v $python >/dev/null 2>&1 || continue
  $python -c '${PYTHON}' 2>&1
  case $? in 0) result=usable ;; 3) result=unusable ;; 4) [ "$result" = usable ] || result=unknown ;; esac
  break
done
echo
echo "${MARK} $result"
sleep 1
`;

export interface SmokeTestResult {
  readonly result: 'usable' | 'unusable' | 'unknown';
  /** What was said of it, in one line. */
  readonly detail: string;
}

export function readSmokeTest(said: string): SmokeTestResult {
  const lines = said.split('\n').map((line) => line.trim());
  const last = lines
    .findLast((line) => line.startsWith(MARK))
    ?.slice(MARK.length)
    .trim();
  const detail = lines
    .filter((line) => line !== '' && !line.startsWith(MARK))
    .slice(0, 20)
    .join('; ');
  const result = last === 'usable' || last === 'unusable' ? last : 'unknown';
  return { result, detail: detail.slice(0, 1_000) || 'it said nothing' };
}
