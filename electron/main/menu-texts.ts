/** The texts of everything native: menus and message boxes. The renderer's own texts are in renderer/i18n. */
export interface MenuTexts {
  file: string;
  edit: string;
  view: string;
  window: string;
  help: string;
  quit: string;
  undo: string;
  redo: string;
  cut: string;
  copy: string;
  paste: string;
  selectAll: string;
  reload: string;
  actualSize: string;
  zoomIn: string;
  zoomOut: string;
  fullScreen: string;
  developerTools: string;
  minimize: string;
  close: string;
  about: string;
  hide: string;
  openFile: { keyFile: string; cloudFile: string; caFile: string };
  addConnection: { title: string; fromLink: string; fromCommandLine: string; add: string; cancel: string };
  crashed: { title: string; detail: string; reload: string; quit: string };
  startFailed: string;
}

const en: MenuTexts = {
  file: '&File',
  edit: '&Edit',
  view: '&View',
  window: '&Window',
  help: '&Help',
  quit: 'Quit Virtdeck',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select all',
  reload: 'Reload',
  actualSize: 'Actual size',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fullScreen: 'Full screen',
  developerTools: 'Developer tools',
  minimize: 'Minimize',
  close: 'Close window',
  about: 'About Virtdeck',
  hide: 'Hide Virtdeck',
  openFile: {
    keyFile: 'Choose a private key',
    cloudFile: 'Choose a clouds.yaml or openrc file',
    caFile: 'Choose a CA certificate',
  },
  addConnection: {
    title: 'Add this connection?',
    fromLink: 'A link asks Virtdeck to connect to the following. Add it only if you trust where the link comes from.',
    fromCommandLine: 'The command line asks Virtdeck to connect to the following.',
    add: 'Add and connect',
    cancel: 'Cancel',
  },
  crashed: {
    title: 'The window has stopped working',
    detail: 'Connections and running tasks are not affected. Reason: {reason}',
    reload: 'Reload',
    quit: 'Quit',
  },
  startFailed: 'Virtdeck could not start',
};

const zhCN: MenuTexts = {
  file: '文件(&F)',
  edit: '编辑(&E)',
  view: '视图(&V)',
  window: '窗口(&W)',
  help: '帮助(&H)',
  quit: '退出 Virtdeck',
  undo: '撤销',
  redo: '重做',
  cut: '剪切',
  copy: '复制',
  paste: '粘贴',
  selectAll: '全选',
  reload: '重新加载',
  actualSize: '实际大小',
  zoomIn: '放大',
  zoomOut: '缩小',
  fullScreen: '全屏',
  developerTools: '开发者工具',
  minimize: '最小化',
  close: '关闭窗口',
  about: '关于 Virtdeck',
  hide: '隐藏 Virtdeck',
  openFile: {
    keyFile: '选择私钥',
    cloudFile: '选择 clouds.yaml 或 openrc 文件',
    caFile: '选择 CA 证书',
  },
  addConnection: {
    title: '添加此连接？',
    fromLink: '某个链接请求 Virtdeck 连接到以下地址。请仅在信任链接来源时添加。',
    fromCommandLine: '命令行请求 Virtdeck 连接到以下地址。',
    add: '添加并连接',
    cancel: '取消',
  },
  crashed: {
    title: '窗口已停止工作',
    detail: '连接和正在运行的任务不受影响。原因：{reason}',
    reload: '重新加载',
    quit: '退出',
  },
  startFailed: 'Virtdeck 无法启动',
};

/** The texts for a setting (`system` follows the system's locale, e.g. `zh-Hans-CN`). Chinese is Simplified Chinese. */
export function menuTexts(language: 'system' | 'en' | 'zh-CN', systemLocale: string): MenuTexts {
  const wanted = language === 'system' ? systemLocale : language;
  return /^zh\b/i.test(wanted) ? zhCN : en;
}
