// nbgrader's and ipywidgets' own words are fixed English: replaced where they appear, nowhere else.

// Only text inside these is looked at: never an editor or a document.
export const WORDY = [
  '.nbgrader-mainarea-widget', '.validate-button', '.jp-Dialog-content', '.jp-KernelName',
  '.lm-CommandPalette-emptyMessage', '.jp-skiplink',
  '.jp-OutputArea-output.jupyter-widgets'
].join(', ');

const EXACT = {
  'Released, downloaded, and submitted assignments for course:': '班次：',
  'Loading, please wait...': '正在读取，请稍候……',
  'Toggle Dropdown': '选择班次',
  'No courses found.': '没有找到班次。',
  'Error fetching courses!': '没有取到班次。',
  'Released assignments': '可以领取',
  'Downloaded assignments': '已经领取',
  'Submitted assignments': '已经提交',
  'There are no assignments to fetch.': '没有可以领取的作业。',
  'There are no downloaded assignments.': '还没有领取作业。',
  'There are no submitted assignments.': '还没有提交过作业。',
  'Refresh assignments list': '刷新',
  'Fetch': '领取',
  'Fetching...': '正在领取……',
  'Submit': '提交',
  'submitting...': '正在提交……',
  'Fetch Feedback': '取回反馈',
  'Fetching Feedback...': '正在取回……',
  'Validate': '自查',
  'Validate Assignment': '从头运行一遍，看检查单元能不能全部通过',
  'Validating...': '正在自查……',
  'Saving...': '正在保存……',
  '(view feedback)': '（查看反馈）',
  '(feedback available to fetch)': '（反馈已到，请取回）',
  'Error fetching assignment.': '没有领到，请再试一次。',
  'Error fetching assignments': '没有取到作业列表，请刷新。',
  'Error fetching assignments:': '没有取到作业列表：',
  'Error submitting assignment.': '没有交上，请再试一次。',
  'Error fetching feedback.': '没有取到反馈，请再试一次。',
  'Error validating assignment.': '没有查成，请再试一次。',
  'Assignment not submitted:': '作业没有交上：',
  'Invalid Submission': '没有交上',
  'Validation Results': '自查结果',
  'Validation failed': '没有查成',
  'Version Mismatch': '版本不一致',
  'Cannot save notebook': '笔记本存不了：请看看磁盘是不是满了。',
  'Success! Your notebook passes all the tests.': '看得见的检查全部通过。批改时还有别的检查。',
  'The following cell failed:': '这一格没有通过：',
  'The following cell passed:': '这一格通过了（它不该通过）：',
  'The source of the following cell has changed, but it should not have!': '这一格不该改，却改过了（批改时会按原样恢复）：',
  'There was an error running the validate command:': '自查没有跑起来：',
  'Loading widget...': '正在载入控件……',
  'Click to show javascript error.': '控件出错了，点这里看详情（给老师看）。',
  'No Kernel': '没有内核',
  'Skip to main panel': '跳到主工作区',
  'Kernel Restarting': '内核停了，正在重启'
};
// Names that only a screen reader says, fixed English in JupyterLab itself.
const NAMES = {
  'main area content': '主工作区',
  'main area toolbar': '工具栏',
  'side panel content': '侧栏',
  'Cell toolbar': '单元格工具栏',
  'Markdown Cell Content': '文字单元格',
  'Code Cell Content': '代码单元格',
  'Code Cell Content with Output': '代码单元格与输出',
  'Raw Cell Content': '原始单元格',
  ...Object.fromEntries(
    ['Validate', 'Validate Assignment', 'Refresh assignments list'].map(text => [text, EXACT[text]]))
};
const PATTERNS = [
  [/^No commands found that match '(.*)'$/, '没有找到“$1”。这里只能用英文搜索；中文命令都在上面的菜单里。'],
  [/^The kernel for (?:.*\/)?(.+?) appears to have died\. It will restart automatically\.$/,
    '$1 的内核（在后台运行代码的程序）意外停止，正在自动重启。多半是内存不够，或有停不下来的代码。' +
    '你写的内容都在；之前运行的结果要重来：请用菜单“运行”从上到下再运行一遍。'],
  [/^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.\d+ UTC$/, (_, utc) => local(utc)]
];

const local = utc => new Date(utc.replace(' ', 'T') + 'Z').toLocaleString('zh-CN', { hour12: false });

let pack = text => text; // JupyterLab's translations, for its dialogs that forget to ask for them
export const usePack = gettext => void (pack = gettext);

function inChinese(text, isDialog) {
  const bare = text.trim().replace(/\s+/g, ' ');
  if (Object.hasOwn(EXACT, bare)) return EXACT[bare];
  for (const [pattern, words] of PATTERNS) if (pattern.test(bare)) return bare.replace(pattern, words);
  const known = isDialog ? pack(bare) : bare;
  return known === bare ? null : known;
}

export function translate(root) {
  const isDialog = Boolean(root.closest('.jp-Dialog'));
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (node.parentElement.closest('pre, code, .cm-editor')) continue;
    const words = inChinese(node.data, isDialog);
    if (words !== null && words !== node.data) node.data = words;
  }
  if (ORPHAN.test(root.textContent)) root.replaceChildren(...rerun());
}

// A notebook opened again shows controls of a kernel that is gone.
const ORPHAN = /^Error displaying widget(: model not found)?$/;
export const RERUN = 'sme-rerun';

function rerun() {
  const button = Object.assign(document.createElement('button'), {
    type: 'button', className: RERUN, textContent: '从头运行到这里'
  });
  return ['重新打开后，控件要再运行一次才会出现，答过的都还在。', button];
}

// Attributes are no one's document: they are looked at everywhere.
export function translateNames(root) {
  for (const element of [root, ...root.querySelectorAll('[title], [aria-label]')])
    for (const name of ['title', 'aria-label']) {
      const text = element.getAttribute(name)?.trim();
      const words = text && (NAMES[text] ?? text.replace(/(检查点: )None$/, '$1无'));
      if (words && words !== text) element.setAttribute(name, words);
    }
}
