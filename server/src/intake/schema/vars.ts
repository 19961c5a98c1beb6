/**
 * Variables of a bundle: which of them mean the same as an argument of an action, and which names no variable may have
 * because some program would obey them. Data, so that the check, the compilers and the naming of run-time values agree.
 */

/** An argument of a step: `build_image`, `["tags", 0]`. */
export interface VarMeaning {
  readonly step: string;
  readonly argument: readonly (string | number)[];
}

const means = (steps: readonly string[], ...argument: (string | number)[]): readonly VarMeaning[] =>
  steps.map((step) => ({ step, argument }));
const named = ["service", "network", "volume"].flatMap((kind) => [`ensure_${kind}`, `remove_${kind}`]);

/**
 * The seed's variables and their near relations. Where the action list has such a step, a variable of that name must equal
 * the argument of one of them; where it has none, the name is free.
 */
export const varMeanings: ReadonlyMap<string, readonly VarMeaning[]> = new Map([
  ["REPO_URL", means(["fetch_repo", "remove_repo"], "url")],
  ["REPO_REF", means(["fetch_repo"], "ref")],
  ["TAG", means(["build_image", "remove_image"], "tags", 0)],
  ["IMAGE_TAG", means(["build_image", "remove_image"], "tags", 0)],
  ["DOCKERFILE", means(["build_image"], "dockerfile")],
  ["NAME", means(named, "name")],
  ["SERVICE_NAME", means(["ensure_service", "remove_service"], "name")],
  ["INTERNAL_PORT", means(["ensure_service"], "ports", 0, "internal")],
  ["EXTERNAL_PORT", means(["ensure_service"], "ports", 0, "external")],
  ["URL", means(["verify_http"], "url")],
  ["VERIFY_URL", means(["verify_http"], "url")],
  ["EXPECT_STATUS", means(["verify_http"], "expect_status")],
]);

const words = (text: string): readonly string[] => text.split(/\s+/).filter((w) => w !== "");

/** Families whose every member some program reads. Source: SAFETY 2.4, rows 41 and 44; the manuals of the programs named. */
const families = words(`
  LD DYLD BASH GIT SSH GPG NODE NPM DENO BUN PYTHON PIP UV CONDA PERL RUBY GEM BUNDLE LUA PHP JAVA JDK MAVEN GRADLE CARGO
  RUSTC CGO DOCKER BUILDKIT BUILDX COMPOSE PODMAN CONTAINER CONTAINERS CONTAINERD KUBE KUBERNETES HELM SSL OPENSSL CURL
  WGET RSYNC XDG LC DBUS SYSTEMD SUDO ELECTRON VSCODE WAYLAND MALLOC GLIBC PKG_CONFIG AWS AZURE ARM GOOGLE GCLOUD CLOUDSDK
  VAULT ANTHROPIC OPENAI CLOCKWORK CW DOTNET COMPLUS CORECLR ANSIBLE PULUMI YARN PNPM COREPACK TS_NODE CCACHE DISTCC SCCACHE
  TF_CLI TF_PLUGIN NVIM FZF_DEFAULT`);

const names = words(`
  PATH HOME IFS ENV SHELL SHELLOPTS BASHOPTS USER LOGNAME UID EUID PPID PWD OLDPWD TMPDIR TMP TEMP LANG LANGUAGE TERM TERMCAP
  TERMINFO TERMINFO_DIRS TZDIR HOSTNAME SHLVL PS0 PS1 PS2 PS3 PS4 PROMPT_COMMAND CDPATH GLOBIGNORE EXECIGNORE FIGNORE
  HISTFILE MAIL MAILPATH OPTIND OPTARG OPTERR RANDOM SECONDS LINENO FUNCNEST POSIXLY_CORRECT TIMEFORMAT TMOUT INPUTRC
  HOSTALIASES LOCALDOMAIN RES_OPTIONS RESOLV_HOST_CONF NLSPATH LOCPATH GCONV_PATH GETCONF_DIR NIS_PATH CHARSET
  PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONINSPECT PYTHONUSERBASE PYTHONBREAKPOINT PYTHONWARNINGS PYTHONPLATLIBDIR
  PYTHONEXECUTABLE PYTHONCASEOK PYTHONOPTIMIZE PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX PYTHONASYNCIODEBUG VIRTUAL_ENV
  PERL5LIB PERL5OPT PERL5DB PERLLIB RUBYLIB RUBYOPT RUBYSHELL PHPRC CLASSPATH
  GOFLAGS GOENV GOPATH GOROOT GOBIN GOWORK GOPROXY GOPRIVATE GONOPROXY GOSUMDB GONOSUMDB GONOSUMCHECK GOINSECURE GOVCS GOAUTH
  GOCACHE GOMODCACHE GOCACHEPROG GOTMPDIR GOTOOLCHAIN GOTOOLDIR GOOS GOARCH GOARM GOAMD64 GOEXPERIMENT GODEBUG GOGC GOMAXPROCS
  GOMEMLIMIT GOTRACEBACK GOCOVERDIR GOTELEMETRY GOTELEMETRYDIR GOFIPS140 GO111MODULE GCCGO
  CC CXX CPP AR AS LD FC CFLAGS CXXFLAGS CPPFLAGS LDFLAGS MAKEFLAGS MAKEFILES MFLAGS COMPILER_PATH LIBRARY_PATH CPATH
  C_INCLUDE_PATH CPLUS_INCLUDE_PATH GCC_EXEC_PREFIX RUSTFLAGS RUSTDOCFLAGS
  KUBECONFIG KUBECTL_EXTERNAL_DIFF SSLKEYLOGFILE REQUESTS_CA_BUNDLE WGETRC PSQLRC PGPASSFILE PGSERVICEFILE PGSYSCONFDIR
  MYSQL_PWD MYSQL_HOME NETRC TAR_OPTIONS GZIP BZIP XZ_OPT ZSTD_CLEVEL GREP_OPTIONS GREP_COLORS LESS LESSOPEN LESSCLOSE
  LESSKEY LS_OPTIONS EDITOR VISUAL PAGER MANPAGER BROWSER DISPLAY XAUTHORITY CVS_RSH SVN_SSH NOTIFY_SOCKET LISTEN_FDS
  ZDOTDIR FPATH HGRCPATH SVN_EDITOR VIMINIT EXINIT MYVIMRC SCREENRC MAILCAPS MANPATH INFOPATH TEXINPUTS GTK_MODULES GTK_PATH
  QT_PLUGIN_PATH KRB5_CONFIG R_PROFILE R_PROFILE_USER R_ENVIRON R_HOME TCLLIBPATH ERL_FLAGS ERL_AFLAGS ERL_ZFLAGS ERL_LIBS
  ELIXIR_ERL_OPTIONS GHC_PACKAGE_PATH RIPGREP_CONFIG_PATH BAT_CONFIG_PATH DIRENV_CONFIG ACK_OPTIONS REDISCLI_AUTH SOCKS_SERVER
  CMAKE_TOOLCHAIN_FILE CMAKE_PREFIX_PATH ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS TSAN_OPTIONS VALGRIND_OPTS PGOPTIONS
  PGSSLROOTCERT BASHRCSOURCED LISTEN_PID LISTEN_FDNAMES COMPOSER_HOME COMSPEC PATHEXT SYSTEMROOT WINDIR
  CI NO_COLOR FORCE_COLOR _`);

const hijackingFamily = new RegExp(`^(?:${families.join("|")})_`);
/** Proxies, preloads and options by their endings, whatever the program: HTTP_PROXY, JAVA_TOOL_OPTIONS, _JAVA_OPTIONS. */
const hijackingEnding =
  /(?:^|_)(?:PROXY|PRELOAD|RUNTIME_OPTIONS|TOOL_OPTIONS|JAVA_OPTIONS|CA_BUNDLE|CERT_FILE|CERT_DIR|ASKPASS)$/;
/** Of the families above, but read by programs' authors alone, and often wanted. */
const harmless: ReadonlySet<string> = new Set(["NODE_ENV"]);
const hijackingNames: ReadonlySet<string> = new Set(names);

/** Whether some program would obey a variable of that name: BASH_ENV, LD_PRELOAD, GOFLAGS, HTTPS_PROXY, DOCKER_HOST … */
export function isHijackingName(name: string): boolean {
  if (harmless.has(name)) return false;
  return hijackingNames.has(name) || hijackingFamily.test(name) || hijackingEnding.test(name);
}

/** Whether a name says that its value is a secret: DB_PASSWORD, TOKEN, STRIPE_API_KEY. */
export function isSecretName(name: string): boolean {
  return /(?:^|_)(?:API_?KEYS?|ACCESS_KEY(?:_ID)?|SECRETS?|SECRET_KEY|SIGNING_KEY|ENCRYPTION_KEY|PRIVATE_KEY|TOKENS?|PASSWORDS?|PASSWD|PWD|PASSPHRASE|CREDENTIALS?)$/.test(
    name,
  );
}
