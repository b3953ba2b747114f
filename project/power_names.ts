/**
 * Variables that make programs run other code, or contact other servers, than their user intends.
 * Anyone who may write to a service could set them, so none of them is accepted from a prefix.
 *
 * @module
 */

import { type OperatingSystem, runtime } from "../src/runtime.ts";

/** Whole families: names with one of these beginnings. */
const FAMILIES = [
  ...["LD_", "DYLD_", "MALLOC_", "BASH_FUNC_", "DENO_", "BUN_", "GIT_CONFIG", "LUA_INIT"],
  ...["npm_config_", "NPM_CONFIG_", "COR_", "CORECLR_", "COMPlus_"],
];

const NAMES: ReadonlySet<string> = new Set([
  // Shells
  ...["PATH", "IFS", "ENV", "BASH_ENV", "BASHOPTS", "SHELLOPTS", "PROMPT_COMMAND", "PS1", "PS4"],
  ...["CDPATH", "GLOBIGNORE", "FPATH", "ZDOTDIR", "HOME", "SHELL", "INPUTRC"],
  ...["XDG_CONFIG_HOME", "XDG_CONFIG_DIRS"],
  // The C library and what programs load into themselves
  ...["GCONV_PATH", "GETCONF_DIR", "GLIBC_TUNABLES", "HOSTALIASES", "LOCALDOMAIN", "LOCPATH"],
  ...["NIS_PATH", "NLSPATH", "RESOLV_HOST_CONF", "RES_OPTIONS"],
  ...["OPENSSL_CONF", "OPENSSL_ENGINES", "OPENSSL_MODULES", "SSLKEYLOGFILE"],
  ...["GTK_MODULES", "GTK_PATH", "GIO_EXTRA_MODULES", "QT_PLUGIN_PATH"],
  // JavaScript
  ...["NODE_OPTIONS", "NODE_PATH", "NODE_REPL_EXTERNAL_MODULE", "NODE_EXTRA_CA_CERTS"],
  ...["NODE_TLS_REJECT_UNAUTHORIZED"],
  // Python, Perl, Ruby, PHP, Lua, R
  ...["PYTHONBREAKPOINT", "PYTHONEXECUTABLE", "PYTHONHOME", "PYTHONINSPECT", "PYTHONPATH"],
  ...["PYTHONPLATLIBDIR", "PYTHONPYCACHEPREFIX", "PYTHONSTARTUP", "PYTHONUSERBASE"],
  ...["PYTHONWARNINGS", "PERL5DB", "PERL5LIB", "PERL5OPT", "PERLLIB", "RUBYLIB", "RUBYOPT"],
  ...["GEM_HOME", "GEM_PATH", "BUNDLE_GEMFILE", "PHPRC", "PHP_INI_SCAN_DIR"],
  ...["LUA_PATH", "LUA_CPATH", "R_PROFILE", "R_PROFILE_USER", "R_ENVIRON", "R_ENVIRON_USER"],
  // Java, .NET, Erlang, Go, Rust
  ...["CLASSPATH", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "MAVEN_OPTS"],
  ...["GRADLE_OPTS", "DOTNET_STARTUP_HOOKS", "DOTNET_ADDITIONAL_DEPS", "DOTNET_SHARED_STORE"],
  ...["ERL_AFLAGS", "ERL_FLAGS", "ERL_ZFLAGS", "ELIXIR_ERL_OPTIONS", "GOFLAGS", "GOROOT"],
  ...["GOTOOLCHAIN", "RUSTC", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "RUSTFLAGS"],
  // Tools that start the program that a variable names
  ...["EDITOR", "VISUAL", "PAGER", "MANPAGER", "BROWSER", "LESSOPEN", "LESSCLOSE"],
  ...["GIT_ASKPASS", "GIT_DIR", "GIT_EDITOR", "GIT_EXEC_PATH", "GIT_EXTERNAL_DIFF", "GIT_PAGER"],
  ...["GIT_PROXY_COMMAND", "GIT_SEQUENCE_EDITOR", "GIT_SSH", "GIT_SSH_COMMAND"],
  ...["GIT_TEMPLATE_DIR", "GIT_WORK_TREE", "SSH_ASKPASS", "SUDO_ASKPASS", "SUDO_EDITOR"],
  ...["SSH_AUTH_SOCK", "RSYNC_RSH", "SVN_SSH", "HGRCPATH", "TAR_OPTIONS", "MAKEFLAGS", "MAKEFILES"],
  ...[
    "GNUMAKEFLAGS",
    "AWKPATH",
    "AWKLIBPATH",
    "VIMINIT",
    "EXINIT",
    "PSQLRC",
    "CURL_HOME",
    "WGETRC",
  ],
  ...["RIPGREP_CONFIG_PATH", "FZF_DEFAULT_COMMAND", "FZF_DEFAULT_OPTS"],
  // The next kca
  "KEYCHAIN_AUTH_SOCKET",
]);

/** Names on Windows, where names that differ only in case are the same. */
const WINDOWS: ReadonlySet<string> = new Set([
  ...["COMSPEC", "PATHEXT", "PSMODULEPATH", "SYSTEMROOT", "WINDIR", "USERPROFILE", "APPDATA"],
  ...["LOCALAPPDATA", "PROGRAMDATA", "__COMPAT_LAYER"],
]);

/**
 * @param name A variable's name.
 * @param system The system on which it becomes a variable.
 * @returns Whether it gives power over programs.
 */
export function isPowerName(name: string, system: OperatingSystem = runtime.system): boolean {
  if (NAMES.has(name) || FAMILIES.some((family) => name.startsWith(family))) return true;
  if (system !== "windows") return false;
  const upper = name.toUpperCase();
  return WINDOWS.has(upper) || NAMES.has(upper) ||
    FAMILIES.some((family) => upper.startsWith(family.toUpperCase()));
}
