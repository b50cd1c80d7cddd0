// ipywidgets writes a label beside a control without saying whose it is: a screen reader hears
// "slider, 50". Here each control gets its label as its name.

let count = 0;
const idOf = element => (element.id ||= `sme-label-${++count}`);

// A control's own part → what it is, and which of its parts carries the name.
const NAMED = [
  ['.widget-slider, .widget-hslider, .widget-vslider', '.noUi-handle', null],
  ['.widget-radio', '.widget-radio-box', 'radiogroup']
];

export function nameControls(root) {
  for (const editor of root.querySelectorAll('.jp-CodeCell .cm-content:not([aria-label])'))
    editor.setAttribute('aria-label', '代码');
  // pandas heads the index with an empty column header.
  for (const corner of root.querySelectorAll('table.dataframe th:not([role])'))
    if (!corner.textContent.trim()) corner.setAttribute('role', 'cell');
  const near = root.closest('.sme-ask') ?? root.closest('.jupyter-widgets') ?? root;
  for (const [widget, part, role] of NAMED)
    for (const box of [...(near.matches(widget) ? [near] : []), ...near.querySelectorAll(widget)])
      nameOne(box, part, role);
}

// Its own label or, where it has none, the question it answers.
function nameOf(box) {
  const own = box.querySelector(':scope > .widget-label:not([style*="display: none"])');
  return own?.textContent.trim() ? own : box.closest('.sme-ask')?.querySelector('.sme-ask-prompt');
}

function nameOne(box, part, role) {
  const label = nameOf(box);
  for (const control of box.querySelectorAll(part)) {
    if (role) control.setAttribute('role', role);
    for (const radio of role === 'radiogroup' ? control.querySelectorAll('input') : [])
      Object.assign(radio, { name: `sme-group-${idOf(control)}` }) // one group for arrow keys,
        .dataset.lmSuppressShortcuts = 'true'; // which JupyterLab would take for its cells
    if (label?.textContent.trim() && !control.hasAttribute('aria-labelledby'))
      control.setAttribute('aria-labelledby', idOf(label));
  }
  const readout = box.querySelector('.widget-readout[contenteditable]');
  if (readout && label && !readout.hasAttribute('role')) {
    readout.setAttribute('role', 'textbox');
    readout.setAttribute('aria-labelledby', idOf(label));
  }
}
