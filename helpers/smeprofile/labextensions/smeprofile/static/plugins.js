// Two plugins: the course's start page with its menu; words and names, put in place as they appear.
import { RERUN, translate, translateNames, usePack, WORDY } from './words.js';
import { nameControls } from './controls.js';

const START = 'smeprofile:start';
const ASSIGNMENTS = 'smeprofile:assignments';

export async function plugins(share) {
  const [
    { Menu, Widget }, { ICommandPalette }, { IMainMenu }, { ServerConnection }, { ITranslator }
  ] = await Promise.all([
    '@lumino/widgets', '@jupyterlab/apputils', '@jupyterlab/mainmenu', '@jupyterlab/services',
    '@jupyterlab/translation'
  ].map(share));
  return [
    {
      id: 'smeprofile:start',
      autoStart: true,
      requires: [IMainMenu, ICommandPalette],
      activate: (app, menus, palette) => {
        startPage(app, Widget, ServerConnection);
        assignments(app);
        const menu = new Menu({ commands: app.commands });
        menu.title.label = '课程';
        for (const command of [START, ASSIGNMENTS]) {
          menu.addItem({ command });
          palette.addItem({ command, category: '课程' });
        }
        menus.addMenu(menu, true, { rank: 900 });
      }
    },
    {
      id: 'smeprofile:words',
      autoStart: true,
      requires: [ITranslator],
      activate: (app, translator) => {
        const bundle = translator.load('jupyterlab');
        usePack(text => bundle.__(text));
        watch();
        rerunOnClick(app);
        writeOnDoubleClick(app);
      }
    }
  ];
}

// ---- The start page: HTML made by the server, with three attributes that do something.

function startPage(app, Widget, ServerConnection) {
  const settings = app.serviceManager.serverSettings;
  const ask = async (path, init = {}) => {
    const reply = await ServerConnection.makeRequest(
      settings.baseUrl + 'smeprofile/' + path, init, settings);
    if (!reply.ok) throw new Error(reply.status);
    return reply;
  };

  class StartPage extends Widget {
    constructor() {
      super();
      this.id = 'smeprofile-start';
      this.title.label = '首页';
      this.title.caption = '课程首页';
      this.title.closable = true;
      this.addClass('sme-start-panel');
      this.node.tabIndex = -1;
      this.node.setAttribute('aria-label', '课程首页');
      this.node.addEventListener('click', event => this.onClick(event));
    }
    onAfterAttach() {
      if (this.isVisible) this.load();
    }
    onAfterShow() {
      this.load();
    }
    onActivateRequest() {
      this.node.focus({ preventScroll: true });
    }
    async load(message = '') {
      try {
        const text = await (await ask('start')).text();
        // Who has tabbed to a button meanwhile stays on it.
        const held = this.node.contains(document.activeElement) && document.activeElement;
        const same = e => held && e.outerHTML === held.outerHTML;
        this.node.innerHTML = text;
        if (!message) [...this.node.querySelectorAll('button, a, summary')].find(same)?.focus();
      } catch (error) {
        message = '首页没有取到：课程程序没有应答。请看看运行 smeprofile lab 的窗口还开着没有。';
      }
      if (message) this.say(message);
    }
    say(message) {
      const place = this.node.querySelector('.sme-message');
      if (!place) return void (this.node.textContent = message);
      place.textContent = message;
      place.focus();
    }
    onClick(event) {
      const button = event.target.closest('button');
      if (button?.dataset.open) open(button.dataset.open, button.dataset.cell);
      if (button?.dataset.act) this.act(button);
    }
    async act(button) {
      const { act, module, value } = button.dataset;
      this.say('正在处理，请稍候……');
      button.disabled = true;
      try {
        if (act === 'submit') {
          await saved();
          await app.commands.execute('docmanager:save-all');
        }
      } catch (error) {
        saving.clear(); // a save that was cancelled says nothing of its end
        button.disabled = false;
        return this.say('有文件没有存上，作业没有交。请先把打开的笔记本都存好，再交。');
      }
      try {
        const body = JSON.stringify({ action: act, module, value });
        await this.load((await (await ask('act', { method: 'POST', body })).json()).message);
        app.commands.execute('filebrowser:refresh'); // it may have brought files
      } catch (error) {
        button.disabled = false;
        this.say('没有办成：课程程序没有应答。请稍后再试，或重新运行 smeprofile lab。');
      }
    }
  }

  const open = async (path, cell) => {
    const panel = await app.commands.execute('docmanager:open', { path });
    if (!cell || !panel) return;
    await panel.context.ready;
    await panel.revealed;
    const at = [...panel.content.model.cells].findIndex(model => model.id === cell);
    if (at < 0) return;
    panel.content.activeCellIndex = at;
    // A notebook just opened still grows above the cell: go there again once it stands.
    for (const pause of [0, 300, 1000]) {
      await new Promise(done => setTimeout(done, pause));
      await panel.content.setFragment(`#cell-id=${cell}`);
    }
  };

  // A second save that overtakes the first finds "the file changed on disk" and asks what to do.
  const saving = new Set(), watched = new WeakSet();
  app.shell.layoutModified.connect(() => {
    for (const { context } of app.shell.widgets('main')) {
      if (!context?.saveState || watched.has(context)) continue;
      watched.add(context);
      context.saveState.connect((_, state) => saving[state === 'started' ? 'add' : 'delete'](context));
    }
  });
  const saved = async () => {
    for (let n = 0; saving.size && n < 100; n++) await new Promise(done => setTimeout(done, 100));
  };

  let page;
  const show = activate => {
    if (!page || page.isDisposed) page = new StartPage();
    if (!page.isAttached) app.shell.add(page, 'main', { activate, rank: 0 });
    if (activate) app.shell.activateById(page.id);
  };
  app.commands.addCommand(START, { label: '首页', execute: () => show(true) });
  app.commands.addKeyBinding({ command: START, keys: ['Alt H'], selector: 'body' });
  // An address that names a document opens that; the start page is then one tab beside it.
  const named = location.pathname.includes('/tree/');
  app.restored.then(() => {
    show(!named);
    for (const tool of [...app.shell.widgets('right')]) tool.parent = null; // for authors only
  });
}

// ---- nbgrader's list under a name of ours. Without an exchange it is switched off.

function assignments(app) {
  const list = 'nbgrader:open-assignment-list';
  const rename = () => {
    for (const widget of app.shell.widgets('main'))
      if (widget.id === 'nbgrader-assignment-list') widget.title.label = '作业列表';
  };
  app.commands.addCommand(ASSIGNMENTS, {
    label: '作业列表（领取、提交、反馈）',
    isVisible: () => app.commands.hasCommand(list),
    execute: async () => {
      await app.commands.execute(list);
      rename();
    }
  });
  app.restored.then(rename);
}

// ---- Controls of a kernel that is gone come back by running the cells above and their own.

function rerunOnClick(app) {
  document.addEventListener('click', async event => {
    const cell = event.target.closest?.('.' + RERUN)?.closest('.jp-Cell');
    const notebook = app.shell.currentWidget?.content;
    const at = notebook?.widgets?.findIndex(widget => widget.node === cell) ?? -1;
    if (!cell || at < 0) return;
    notebook.activeCellIndex = at;
    await app.commands.execute('notebook:run-all-above');
    notebook.activeCellIndex = at;
    await app.commands.execute('notebook:run-cell');
  });
}

// ---- A written answer, double-clicked, opens with the keys still meant for commands: D D deletes it.

function writeOnDoubleClick(app) {
  document.addEventListener('dblclick', event => {
    const cell = app.shell.currentWidget?.content?.activeCell;
    // The path is that of the click: what was rendered is no longer there.
    if (cell?.rendered !== false || cell.readOnly || !event.composedPath().includes(cell.node)) return;
    app.commands.execute('notebook:enter-edit-mode');
  });
}

// ---- Words and names, put in place as they appear.

function watch() {
  const style = document.createElement('link');
  Object.assign(style, { rel: 'stylesheet', href: new URL('style.css', import.meta.url) });
  document.head.append(style);
  const settle = root => {
    if (root.closest('.cm-editor')) return;
    nameControls(root);
    translateNames(root);
    for (const part of root.matches(WORDY) ? [root] : root.querySelectorAll(WORDY))
      translate(part);
    const within = root.closest(WORDY);
    if (within) translate(within);
  };
  new MutationObserver(changes => {
    const touched = new Set(changes.map(change =>
      change.target.nodeType === Node.ELEMENT_NODE ? change.target : change.target.parentElement));
    for (const element of touched) if (element?.isConnected) settle(element);
  }).observe(document.body, {
    childList: true, characterData: true, subtree: true, attributeFilter: ['title', 'aria-label']
  });
  settle(document.body);
}
