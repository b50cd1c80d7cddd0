// formgrader in Chinese. nbgrader has no translation: what its pages and scripts write is put into
// Chinese as it appears. Whole texts only, and never inside a learner's notebook, code or a form's
// own content, so nothing a person wrote is changed.
(() => {
  const WORDS = {
    "nbgrader": "批改", "nbgrader formgrade": "批改", "Manage Assignments": "管理作业", "Gradebook": "成绩册",
    "Manual Grading": "人工评分", "Manage Students": "管理学员", "Manage Submissions": "管理提交",
    "Assignments": "作业", "Students": "学员", "Error": "出错", "Success": "完成", "Not Authorized": "没有权限",
    "Instructions (click to expand)": "使用说明（点击展开）",
    "Current configuration (click to expand)": "当前设置（点击展开）",
    "Name": "名称", "Due Date": "截止时间", "Status": "状态", "Edit": "修改", "Generate": "生成", "Preview": "预览",
    "Release": "发放", "Collect": "收取", "# Submissions": "提交数", "Submissions": "提交数",
    "Generate Feedback": "生成反馈", "Release Feedback": "发还反馈",
    "Loading, please wait...": "正在读取，请稍候……", "Please wait...": "请稍候……", "Saving...": "正在保存……",
    "Add new assignment...": "新增作业……", "Add New Assignment": "新增作业", "Add new student...": "新增学员……",
    "Add New Student": "新增学员", "Save": "保存", "Cancel": "取消", "OK": "好", "Close": "关闭", "None": "无",
    "None, None": "（没有填姓名）", "Student Name": "姓名", "Student ID": "工号", "Timestamp": "提交时间",
    "Score": "得分", "Autograde": "自动批改", "Email": "邮箱", "Overall Score": "总分", "Edit Student": "修改学员",
    "Assignment ID": "作业", "Notebook ID": "练习本", "Submission ID": "提交", "Code Score": "自动题得分",
    "Written Score": "书面题得分", "Task Score": "任务题得分", "Avg. Score": "平均分",
    "Avg. Code Score": "自动题平均分", "Avg. Written Score": "书面题平均分", "Avg. Task Score": "任务题平均分",
    "Needs Manual Grade?": "要人工评分？", "Needs manual grade?": "要人工评分？", "Tests Failed?": "有检查没过？",
    "Tests failed?": "有检查没过？", "Flagged?": "做了记号？", "Show All Names": "显示全部姓名",
    "Hide All Names": "隐藏全部姓名", "Show student name": "显示姓名", "Hide student name": "隐藏姓名",
    "Due date (optional)": "截止时间（可不填）", "Timezone as UTC offset (optional)": "时区，与 UTC 之差（可不填）",
    "First name (optional)": "名（可不填）", "Last name (optional)": "姓（可不填）",
    "Email (optional)": "邮箱（可不填）", "Assignment names may not include the '+' character.": "作业名里不能有加号。",
    "draft": "未发放", "released": "已发放", "graded": "已评", "needs autograding": "等自动批改",
    "needs manual grading": "等人工评分", "Log Output": "运行记录", "Traceback": "出错详情",
    "Submission flagged": "已做记号", "Submission unflagged": "已去掉记号", "Keyboard shortcuts": "快捷键",
    "← Prev": "← 上一份", "Next →": "下一份 →", "Open live notebook": "打开学员的练习本", "Resolve": "已看过",
    "Full credit": "满分", "No credit": "零分", "Student's answer": "学员的答案", "Student's task": "学员的任务",
    "(extra credit)": "（加分）",
    "Type any comments here (supports Markdown and MathJax)": "在这里写评语",
    "Refocus the most recent score or comment input": "回到刚才的得分或评语框",
    "Move to the same score or comment input of the previous submission": "到上一份的同一个框",
    "Move to the same score or comment input of the previous submission with failed tests": "到上一份有检查没过的同一个框",
    "Move to the same score or comment input of the next submission": "到下一份的同一个框",
    "Move to the same score or comment input of the next submission with failed tests": "到下一份有检查没过的同一个框",
    "Move to the previous score or comment input": "到上一个框", "Move to the next score or comment input": "到下一个框",
    "Flag the submission": "给这份做记号", "Defocus and save the current score or comment input": "离开并保存",
    "Search:": "查找：", "No data available in table": "还没有内容", "No matching records found": "没有找到",
    "Sorry, you are not authorized to access the formgrader.": "你没有批改的权限。",
    "Sorry, the formgrader encountered an error. Please contact the administrator of the formgrader for further assistance.":
      "批改页面出错了，请联系管理员，并附上 grading/.smeprofile/lab.log 的最后几行。",
  };
  const DID = {
    "autograded": "自动批改", "released feedback for": "发还反馈", "released feedback of": "发还反馈",
    "generated feedback for": "生成反馈", "generated feedback of": "生成反馈", "released": "发放", "unreleased": "收回",
    "collected submissions of": "收取", "created the student version of": "生成学员版",
    "autograding": "自动批改", "releasing feedback for": "发还反馈", "releasing feedback of": "发还反馈",
    "generating feedback for": "生成反馈", "generating feedback of": "生成反馈", "releasing": "发放",
    "unreleasing": "收回", "collecting": "收取", "collecting submissions of": "收取",
    "creating the student version of": "生成学员版",
  };
  const whose = student => student ? `（${student}）` : "";
  const RULES = [
    [/^Submission #(\d+)$/, (_, n) => `第 ${n} 份`],
    [/^Submission (\d+) \/ (\d+)$/, (_, n, all) => `第 ${n} 份，共 ${all} 份`],
    [/^(\d+) remaining$/, (_, n) => `还有 ${n} 份`],
    [/^Editing (.+)$/, (_, what) => `修改 ${what}`],
    [/^Successfully (.+?) '([^']+)'(?: for student '([^']+)')?[.:]$/,
      (all, did, what, student) => DID[did] && `已${DID[did]}：${what}${whose(student)}。`],
    [/^There was an error (.+?) '([^']+)'(?: for student '([^']+)')?[.:]$/,
      (all, did, what, student) => DID[did] && `${DID[did]}没有成功：${what}${whose(student)}。`],
    [/^Error: Submission notebook file not found: (.+)$/, (_, file) => `找不到提交的练习本：${file}`],
    [/^(.*): activate to sort column (a|de)scending$/,
      (_, what, way) => `${said(what) || what}：点一下，按${way === "a" ? "升" : "降"}序排`],
  ];
  const HELP = {
    manage_assignments: `<p>作业从课程源文件生成，发放、收取、批改、发还都有命令，一次做完全班，断了能接着做：</p>
      <p><code>smeprofile release</code>　<code>smeprofile collect</code>　<code>smeprofile grade</code>　<code>smeprofile feedback</code></p>
      <p>这一页用来看进度、改截止时间（改完再运行一次 <code>smeprofile release</code>，学员才看得到）。
      给书面题评分，点左边的“人工评分”。下面的图标用同一份设置，但一次只做一份，比命令慢。</p>`,
    manage_submissions: `<p>点闪电图标，只重新批改这一位学员。要批改全班，用命令 <code>smeprofile grade</code>：快得多，断了能接着做。</p>`,
  };
  const ALERTS = {
    "warning-exchange": alert =>
      `交换区 ${alert.querySelector("code").textContent} 不在，也建不了，所以还不能发放和收取。请检查这个文件夹，再打开一次。`,
    "warning-course-id": () => "设置文件 nbgrader_config.py 里没有课程编号，所以还不能发放和收取。",
    "warning-windows": () => "在 Windows 上不能用交换区：请用 zip 收作业（smeprofile collect 文件夹）。",
  };
  const PLACES = ["title", "data-original-title", "placeholder", "aria-label"];
  const OURS = "#notebook .text_cell_render, #notebook .output_area, pre, code, textarea, script, style, .sme-aids";

  const said = text => {
    const plain = text.trim().replace(/\s+/g, " ");
    if (!/[A-Za-z]{2}/.test(plain)) return null;
    if (Object.hasOwn(WORDS, plain)) return WORDS[plain];
    for (const [pattern, words] of RULES) {
      const found = plain.match(pattern);
      if (found) return words(...found) || null;
    }
    return null;
  };
  const put = node => {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.parentElement && !node.parentElement.closest(OURS) ? said(node.data) : null;
      if (text !== null) node.data = node.data.replace(node.data.trim(), () => text);
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      for (const place of PLACES) {
        const text = node.hasAttribute(place) ? said(node.getAttribute(place)) : null;
        if (text !== null) node.setAttribute(place, text);
      }
      node.childNodes.forEach(put);
    }
  };
  const help = () => {
    const panel = document.querySelector("#collapseOne .panel-body");
    const page = Object.keys(HELP).find(name => location.pathname.includes(`/formgrader/${name}`))
      || (/\/formgrader\/?$/.test(location.pathname) ? "manage_assignments" : undefined);
    if (panel && page) panel.innerHTML = HELP[page];
    for (const [id, words] of Object.entries(ALERTS)) {
      const alert = document.getElementById(id);
      if (alert) alert.textContent = words(alert);
    }
  };
  document.documentElement.lang = "zh-CN";
  new MutationObserver(changes => changes.forEach(change => {
    if (change.type === "childList") change.addedNodes.forEach(put);
    else put(change.target);
  })).observe(document, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: PLACES,
  });
  document.addEventListener("DOMContentLoaded", () => { help(); put(document.documentElement); });
})();
