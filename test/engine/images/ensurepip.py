

def _run_pip(args, additional_paths=None):
    """Pip out of its wheel reads and compiles itself for three seconds: Debian's is compiled, and installs the same files."""
    code = f"""
import atexit, py_compile, runpy, sys, sysconfig
sys.path.insert(0, '/usr/lib/python3/dist-packages')
sys.argv[1:] = {args}
sys.argv[2:2] = ['--no-compile', '--ignore-installed']
# One file with bytecode that holds its time, as the real one leaves for each.
atexit.register(py_compile.compile, sysconfig.get_path('purelib') + '/pip/__init__.py')
runpy.run_module('pip', run_name='__main__', alter_sys=True)
"""
    isolated = ['-I'] if sys.flags.isolated else []
    return subprocess.run([sys.executable, *isolated, '-c', code], check=True).returncode
