/** Names with a meaning of their own: to operating systems, to runtimes, to Clockwork. Data for the path rules. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((w) => w !== ""));

/** DOS devices; with any extension they still are. Source: Microsoft's "Naming Files, Paths, and Namespaces". */
export const devices = words(`
  con prn aux nul clock$ conin$ conout$ com0 com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt0 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6
  lpt7 lpt8 lpt9`);

/** Files and folders of Clockwork's own, beside scripts/ and files/ or above them. */
export const coreNames = words(`
  manifest.json manifest.next.json provenance.json state.json state.json.backup state.json.bak lock proposals logs runs journal work policy.json
  clockwork.cwvars`);

/**
 * Top-level modules of Python's standard library (`sys.stdlib_module_names` of 3.9 to 3.14 together), and the modules that
 * the interpreter or a test runner imports by itself: a file of such a name beside a script would be taken in its place.
 */
export const pythonModules = words(`
  sitecustomize usercustomize __main__ conftest
  __future__ _collections_abc _io _json _socket _ssl _thread _weakrefset
  abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii
  binhex bisect builtins bz2 calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall compression
  concurrent configparser contextlib contextvars copy copyreg cprofile crypt csv ctypes curses dataclasses datetime dbm decimal
  difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch formatter
  fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib
  imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap
  marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode
  operator optparse os ossaudiodev parser pathlib pdb pickle pickletools pip pipes pkg_resources pkgutil platform plistlib poplib
  posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline
  reprlib resource rlcompleter runpy sched secrets select selectors setuptools shelve shlex shutil signal site smtpd smtplib
  sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct
  subprocess sunau symbol symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time
  timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest
  urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib
  zoneinfo`);

/** Files that a runtime or its package manager reads without being asked. */
export const autoloaded = words(`
  deno.json deno.jsonc deno.lock package.json package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml
  pnpm-workspace.yaml pnpmfile.cjs bun.lock bun.lockb bunfig.toml jsr.json import_map.json import-map.json importmap.json
  jsconfig.json nodemon.json go.mod go.sum go.work go.work.sum pyproject.toml setup.py setup.cfg tox.ini pytest.ini pyvenv.cfg
  python._pth`);

/** tsconfig.json, tsconfig.build.json, vendored Python path files, compiled code of any kind. */
export const autoloadedPattern =
  /^tsconfig(?:\..*)?\.json$|^python\d*\._pth$|\.(?:pth|egg-link|so|dll|dylib|node|pyd|pyc|pyo|pyz|pyw|whl|egg|jar|class|exe|com|syso|a|o|wasm)$|\.so\.[0-9.]+$/;

/** Folders from which a runtime takes code by itself. */
export const autoloadedFolders = words("node_modules __pycache__ vendor site-packages dist-packages");
