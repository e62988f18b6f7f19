// Which programs run others, and by which options: names alone, for `programs`. Nobody knows all of them; what is missing here is
// a way around the rules that people set, so more is better.

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** By their names without folder, ending, version and flavour: `vim` stands for `vim.tiny`, `gcc` for `x86_64-linux-gnu-gcc-13`. */
export const RUNS_OTHERS: ReadonlySet<string> = new Set(
  words(`
    sh bash dash ash zsh fish ksh rksh lksh mksh pdksh csh tcsh rbash posh yash sash nu xonsh elvish es rc busybox toybox
    env sudo sudoedit doas su sux sg newgrp pkexec gosu run runuser setpriv chroot unshare nsenter capsh setarch linux
    personality i386 uname26 nohup timeout gtimeout nice ionice chrt choom taskset numactl prlimit cpulimit cgexec stdbuf
    unbuffer setsid flock setlock softlimit chpst envdir envuidgid setuidgid s6 execlineb execline runsv runsvdir sv svc
    tini dumb-init catatonit daemon daemonize xargs gxargs parallel pexec time multitime hyperfine watch watchexec entr
    reflex nodemon script scriptreplay expect asciinema ttyrec vhs chronic ifne pee sponge vipe vidir zrun run-one
    run-this-one run-parts keep-one-running logsave reptyr screen tmux tmate byobu zellij dtach abduco rlwrap
    strace ltrace latrace sotruss uftrace rr stap bpftrace gdb gcore crash scanmem lldb valgrind heaptrack memusage perf
    ld ldd systemd start-stop-daemon at batch cron crontab anacron fcron logrotate monit supervisord supervisorctl pm2
    foreman honcho inotifywait incrond firejail bwrap bubblewrap aa-exec docker podman buildah nerdctl runc crun ctr crictl
    kubectl oc helm minikube k3s lxc-attach lxc incus machinectl vagrant virsh multipass limactl colima toolbox distrobox
    apptainer singularity qemu box86 box64 wine mono flatpak-spawn
    ssh sshd slogin scp sftp sshpass sshfs sshuttle autossh rsync rsh rlogin mosh telnet nc ncat netcat socat plink psftp
    pscp torify torsocks tsocks proxychains openvpn wg-quick pppd dhclient dhcpcd udhcpc
    dbus-run-session dbus-launch dbus-send gdbus busctl qdbus gsettings dconf kwriteconfig xdotool ydotool wtype i3-msg
    swaymsg hyprctl bspc rofi dmenu_run xvfb-run xinit startx xpra weston cage gamescope primusrun optirun prime-run vglrun
    faketime fakeroot fakechroot proot eatmydata direnv mise asdf
    make gmake bmake cmake qmake xmake ninja just task rake gradle gradlew mvn ant sbt bazel bazelisk buck buck2 scons meson
    waf bear ccache distcc sccache icecc autoconf automake autoreconf libtool libtoolize configure bison
    npm npx yarn pnpm pnpx corepack bun bunx deno cargo rustc rustup go dotnet pip pipx uv uvx poetry conda mamba gem
    bundle bundler composer tox nox pytest coverage pylint mypy flake8 pydoc sphinx-build mkdocs ansible salt puppet chef
    knife fab invoke terraform tofu packer pulumi eslint prettier tsc vite vitest jest mocha webpack rollup babel gulp grunt
    ng nx turbo lerna rspec rubocop pry erb rails cucumber prove cpan cpanm perldoc perlbug phpunit pear pecl
    python pypy ipython jython micropython jupyter perl raku ruby irb jruby node nodejs tsx ts-node js jsc d gjs cjs qjs
    quickjs duk mujs njs k6 phantomjs electron nw php hhvm lua luajit texlua tclsh wish expectk jimsh slsh r rscript julia
    awk gawk mawk nawk original-awk bioawk goawk frawk sed gsed m4 dc calc qalc mlr ed red ex vi vim nvim view vimdiff
    rvim rview vigr vipw visudo emacs emacsclient zile nano pico joe jed micro kak helix hx mcedit editor sensible-editor
    sensible-pager sensible-browser select-editor
    less more most pager pg lesspipe zless zmore xzless xzmore bzless bzmore man info tldr bat batcat delta fzf sk ranger
    nnn lf vifm mc tig lazygit gitui journalctl loginctl timedatectl dmesg
    mail mailx mutt neomutt alpine aerc irssi weechat newsboat ftp lftp ncftp smbclient psql mysql mysqlsh mariadb sqlite
    duckdb sqlplus mongo mongosh redis-cli clickhouse restic openssl exiftool pandoc xmllint csvtool msgfilter tshark
    wireshark
    osascript swift java javac jshell jrunscript jjs groovy groovysh kotlin kotlinc scala scala-cli clojure clj bb lein erl
    escript elixir iex mix ghc ghci runghc runhaskell cabal stack ocaml ocamlrun dune opam sml poly guile racket sbcl clisp
    ecl gcl scheme gosh csi janet fennel swipl gprolog zig nim dart flutter crystal v octave gnuplot sage maxima gap gp
    scilab matlab wolframscript math gforth rexx regina
    gcc cc g++ c++ clang clang++ cpp gfortran tcc as gas c89 c99 nasm
    tex latex pdftex pdflatex xetex xelatex luatex lualatex latexmk context groff troff nroff gs ps2pdf convert magick
    mogrify identify composite montage gm ffmpeg ffplay ffprobe sox play rec soxi mpv mplayer vlc cvlc gimp inkscape
    blender soffice libreoffice ebook-convert povray
    chromium chromium-browser chrome google-chrome msedge brave vivaldi opera firefox w3m lynx links elinks code codium
    subl surf
    xterm uxterm lxterm rxvt urxvt terminal terminal-emulator x-terminal-emulator konsole alacritty kitty foot wezterm
    tilix terminator st
    open xdg-open xdg-mime xdg-settings start explorer gio gtk-launch dex exo-open kde-open kstart kioclient run-mailcap
    see
    apt apt-get dpkg debuild rpm rpmbuild rpmquery rpmverify dnf yum zypper pacman makepkg brew port snap flatpak nix
    nix-shell nix-env guix apk emerge update-alternatives
    git gh glab hub hg svn bzr fossil jj aws gcloud az
    systemctl launchctl service initctl rc-service openrc caffeinate neofetch screenfetch
    mount umount fusermount modprobe insmod kmod iptables ip6tables ebtables arptables nft tc
    gpg-agent gpg-connect-agent gpgsm gpgconf dirmngr
    eval exec source builtin
    pwsh powershell powershell_ise cmd command conhost openconsole wt wsl wscript cscript mshta rundll regsvr regsvcs
    regasm msbuild installutil forfiles wmic certutil bitsadmin cmstp control diskshadow hh msiexec netsh odbcconf pcalua
    pcwrun reg regedit regini runas runonce sc schtasks scriptrunner winrs winrm wbadmin mmc mavinject
    infdefaultinstall presentationhost verclsid xwizard csc vbc jsc winget choco scoop bcdedit esentutl
    register-cimprovider taskkill icacls takeown print dnscmd wevtutil workfolders ieexec msdt syncappvpublishingserver cdb
    ntsd windbg devcon gpscript pnputil setx vssadmin mofcomp extexport fltmc pubprn rasautou tttracer wab
  `),
);

/** The shell answers to these itself, whatever lies in the search path. */
export const BUILTINS: ReadonlySet<string> = new Set(
  words(`
    . : [ [[ alias bg bind break builtin caller cd chdir command compgen complete compopt continue coproc declare dirs
    disown enable eval exec exit export fc fg function getopts hash help history if jobs let local logout mapfile popd
    pushd read readarray readonly return select set shift shopt source suspend times trap type typeset ulimit umask
    unalias unset until wait while
  `),
);

export interface Options {
  /** Long options; each stands for its abbreviations as well. */
  readonly long?: readonly string[];
  /** Letters, also inside of a cluster. */
  readonly short?: string;
  /** Words with one dash (`find`), or without any (`git bisect run`). */
  readonly words?: readonly string[];
  /** The first argument is a cluster of letters also without a dash. */
  readonly bundled?: boolean;
  /** In any argument. */
  readonly pattern?: RegExp;
}

/** Options by which a program that is otherwise harmless runs others, takes its orders from a file, or writes where it is told. */
const TAR: Options = {
  long: words(
    `--to-command --checkpoint-action --use-compress-program --rsh-command --rmt-command --info-script
     --new-volume-script --files-from`,
  ),
  short: 'IFT',
  bundled: true,
  // An archive on another computer is fetched by another program.
  pattern: /^(?:--[a-z-]+=|-[A-Za-z]*f)?[^/-][^/]*:/,
};
export const OPTIONS: Readonly<Record<string, Options>> = {
  find: { words: words('-exec -execdir -ok -okdir -delete -fprint -fprint0 -fprintf -fls') },
  fd: { long: words('--exec --exec-batch'), short: 'xX' },
  fdfind: { long: words('--exec --exec-batch'), short: 'xX' },
  tar: TAR,
  gtar: TAR,
  bsdtar: TAR,
  zip: { long: words('--unzip-command --test'), short: 'T' },
  cpio: { long: words('--rsh-command'), pattern: /^[^/-][^/]*:/ },
  sort: { long: words('--compress-program --output'), short: 'o' },
  split: { long: words('--filter') },
  rg: { long: words('--pre --hostname-bin --search-zip'), short: 'z' },
  ip: {
    words: words('net netn netns exec v vr vrf -b -ba -bat -batc -batch'),
    long: words('--batch'),
  },
  nmap: { long: words('--script --datadir'), short: 'o' },
  tcpdump: { short: 'zw' },
  curl: {
    long: words(
      `--config --output --remote-name --engine --dump-header --cookie-jar --trace --trace-ascii --stderr --libcurl
       --etag-save --hsts --alt-svc --unix-socket --abstract-unix-socket`,
    ),
    short: 'KoOcD',
    pattern: /%output\{/,
  },
  wget: {
    long: words(
      `--use-askpass --execute --config --output-document --output-file --append-output --directory-prefix
       --save-cookies --rejected-log --warc-file --hsts-file --input-file`,
    ),
    short: 'eOoaPi',
  },
  sdiff: { long: words('--diff-program --output'), short: 'o' },
  diff3: { long: words('--diff-program') },
  install: { long: words('--strip-program') },
  jq: { long: words('--from-file --library-path'), short: 'fL' },
  gpg: {
    long: words(
      `--photo-viewer --keyserver-options --agent-program --pinentry-program --dirmngr-program --homedir --options
       --exec-path --output`,
    ),
    short: 'o',
  },
  tree: { short: 'o' },
};
