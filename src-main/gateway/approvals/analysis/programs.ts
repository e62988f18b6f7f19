// Programs by which other programs or code are run: allowing such a program is allowing everything, so a command with one is
// always a person's decision. Pure.

import type { RiskKind } from './analysis.ts';

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** By their names without folder, ending and version. */
const RUNS_OTHERS: ReadonlySet<string> = new Set(
  words(`
    sh bash dash ash zsh fish ksh mksh pdksh csh tcsh rbash yash nu xonsh elvish busybox toybox
    pwsh powershell cmd command wsl wscript cscript mshta rundll regsvr msbuild installutil forfiles
    env sudo doas su pkexec run runuser setpriv chroot unshare nsenter capsh nohup timeout gtimeout nice ionice chrt
    taskset numactl prlimit stdbuf unbuffer setsid flock xargs gxargs parallel time watch script scriptreplay expect
    strace ltrace gdb lldb valgrind perf ld ld-linux ld-linux-x systemd-run systemd-nspawn start-stop-daemon at batch
    crontab entr inotifywait firejail bwrap docker podman nerdctl kubectl lxc-attach lxc vagrant
    ssh slogin scp sftp rsync rsh rlogin mosh telnet nc ncat netcat socat screen tmux byobu dtach abduco
    dbus-run-session dbus-launch xvfb-run faketime fakeroot fakechroot proot eatmydata rlwrap direnv mise asdf
    make gmake bmake cmake ninja just task rake gradle gradlew mvn ant sbt bazel scons meson
    npm npx yarn pnpm pnpx bun bunx deno cargo rustc go dotnet pip pipx uv uvx poetry conda gem bundle composer
    python pypy ipython perl raku ruby irb node nodejs tsx ts-node php lua luajit tclsh wish expectk r rscript julia
    awk gawk mawk nawk original-awk sed gsed m4 dc ed ex vi vim nvim view vimdiff rvim emacs emacsclient nano pico joe
    less more most man info pg mail mailx mutt ftp lftp psql mysql mariadb sqlite sqlite3 mongo mongosh redis-cli
    osascript swift java javac jshell groovy kotlin scala clojure clj lein erl elixir iex ghc ghci runghc ocaml guile
    racket sbcl clisp ecl gcl octave gnuplot sage maxima
    gcc cc g++ c++ clang clang++ tcc as gas
    open xdg-open start explorer gio gtk-launch dex exo-open run-mailcap see
    apt apt-get dpkg rpm dnf yum zypper pacman brew port snap flatpak nix nix-shell nix-env guix
    git hg svn bzr fossil jj
    systemctl launchctl service initctl rc-service openrc
    eval exec source builtin
  `),
);

/** The shell answers to these itself, whatever lies in the search path. */
const BUILTINS: ReadonlySet<string> = new Set(
  words(`
    . : [ [[ alias bg bind break builtin caller cd chdir command compgen complete compopt continue coproc declare dirs
    disown enable eval exec exit export fc fg function getopts hash help history if jobs let local logout mapfile popd
    pushd read readarray readonly return select set shift shopt source suspend times trap type typeset ulimit umask
    unalias unset until wait while
  `),
);

interface Options {
  /** Long options; each stands for its abbreviations as well. */
  readonly long?: readonly string[];
  /** Letters, also inside of a cluster. */
  readonly short?: string;
  /** Words with one dash (`find`), or without any (`git bisect run`). */
  readonly words?: readonly string[];
}

/** Options by which a program that is otherwise harmless runs others, or takes its orders from a file. */
const TAR: Options = {
  long: words(
    `--to-command --checkpoint-action --use-compress-program --rsh-command --rmt-command --info-script
     --new-volume-script`,
  ),
  short: 'IF',
};
const OPTIONS: Readonly<Record<string, Options>> = {
  find: { words: words('-exec -execdir -ok -okdir -delete -fprint -fprint0 -fprintf -fls') },
  fd: { long: words('--exec --exec-batch'), short: 'xX' },
  fdfind: { long: words('--exec --exec-batch'), short: 'xX' },
  tar: TAR,
  gtar: TAR,
  bsdtar: TAR,
  zip: { long: words('--unzip-command --test'), short: 'T' },
  cpio: { long: words('--rsh-command') },
  sort: { long: words('--compress-program --output'), short: 'o' },
  split: { long: words('--filter') },
  rg: { long: words('--pre --hostname-bin --search-zip'), short: 'z' },
  ip: { words: words('netns exec vrf -batch -b'), long: words('--batch') },
  nmap: { long: words('--script --datadir') },
  tcpdump: { short: 'z' },
  curl: { long: words('--config --output --remote-name --engine'), short: 'KoO' },
  wget: { long: words('--use-askpass --execute --config --output-document'), short: 'eO' },
  sdiff: { long: words('--diff-program --output'), short: 'o' },
  diff3: { long: words('--diff-program') },
  install: { long: words('--strip-program') },
  openssl: { words: words('-engine -provider -provider-path -config') },
  jq: { long: words('--from-file --library-path'), short: 'fL' },
  gpg: { long: words('--photo-viewer --keyserver-options --agent-program --pinentry-program') },
  exiftool: { words: words('-if -config -execute -stay_open') },
  pandoc: { long: words('--filter --lua-filter --pdf-engine'), short: 'FL' },
};

/** What is known about a program that would be started like this. */
export function programRisks(argv: readonly [string, ...string[]]): readonly RiskKind[] {
  const [name, ...args] = argv;
  // Nobody's program is called otherwise; what is, means something to some shell.
  if (!/^[\w@+:./\\() -]+$/.test(name)) return ['characters'];
  if (BUILTINS.has(name)) return ['builtin'];
  const program = programName(name);
  if (runsOthers(program)) return ['runs-others'];
  const options = OPTIONS[program];
  return options !== undefined && args.some((argument) => isRisky(argument, options)) ? ['option'] : [];
}

/** Whether a program of that name, as `programName` makes it, runs others. */
export function runsOthers(program: string): boolean {
  return RUNS_OTHERS.has(program);
}

/** `/usr/bin/python3.12` and `PYTHON.EXE` are both `python`. */
export function programName(path: string): string {
  const base = path.split(/[/\\]/).at(-1) ?? '';
  const bare = base.toLowerCase().replace(/\.(?:exe|com|bat|cmd|ps1|vbs|js|msc)$/, '');
  if (RUNS_OTHERS.has(bare) || OPTIONS[bare] !== undefined) return bare;
  return bare.replace(/[-_.]?\d[\d.]*(?:m|t|d)?$/, '').replace(/[-_.]$/, '');
}

function isRisky(argument: string, { long = [], short = '', words: exact = [] }: Options): boolean {
  if (exact.includes(argument)) return true;
  if (argument.startsWith('--') && argument.length > 2) {
    const [given = ''] = argument.split('=');
    // An abbreviation is as good as the option, and so is one that has an ending of its own.
    return long.some((option) => option.startsWith(given) || given.startsWith(option));
  }
  if (!/^-[^-]/.test(argument)) return false;
  return Array.from(short).some((letter) => argument.slice(1).includes(letter));
}
