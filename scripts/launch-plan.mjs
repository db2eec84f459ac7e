// Which shell `npm start` opens, and with which arguments. No I/O, so that every case is tested.

/**
 * `electron` where a window can be shown and nobody asked for the browser. A port or a token is meant for a server.
 * @param {string[]} flags
 * @param {string} platform as process.platform
 * @param {Record<string, string | undefined>} env
 * @returns {'electron' | 'browser'}
 */
export function chooseShell(flags, platform, env) {
  const isFor = (name) => flags.some((flag) => flag === name || flag.startsWith(`${name}=`));
  if (['--browser', '--port', '--token', '--help', '--version'].some(isFor)) return 'browser';
  if (platform === 'darwin' || platform === 'win32') return 'electron';
  return env.DISPLAY || env.WAYLAND_DISPLAY ? 'electron' : 'browser';
}

/**
 * The arguments of the desktop app. Chromium refuses to start as root with its sandbox on.
 * @param {string[]} flags
 * @param {string} platform
 * @param {number | undefined} uid
 */
export function electronArguments(flags, platform, uid) {
  const isRoot = platform === 'linux' && uid === 0;
  return isRoot && !flags.includes('--no-sandbox') ? ['--no-sandbox', ...flags] : flags;
}

/**
 * The arguments of the portal: what is meant for the choice of a shell or for Chromium is left out, and a URI that stands
 * alone is one to connect to.
 * @param {string[]} flags
 */
export function browserArguments(flags) {
  const args = [];
  for (let i = 0; i < flags.length; i++) {
    const flag = flags[i];
    if (flag === '--browser' || flag === '--no-sandbox') continue;
    if (['--port', '--token', '--profile', '--connect'].includes(flag)) args.push(flag, ...flags.slice(++i, i + 1));
    else if (flag.startsWith('-')) args.push(flag);
    else args.push('--connect', flag);
  }
  return args;
}
