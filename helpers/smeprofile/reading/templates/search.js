// Searches the sections of all pages for every word given; works from a folder, without a server.
const box = document.getElementById("words"), found = document.getElementById("found");
const page = document.getElementById("page"), up = document.body.dataset.up, MOST = 50, AROUND = 40;

function element(name, text, more = {}) {
  const made = Object.assign(document.createElement(name), more);
  made.textContent = text;
  return made;
}

function snippet(text, word) {
  const place = Math.max(0, text.toLowerCase().indexOf(word));
  const from = Math.max(0, place - AROUND), to = place + word.length + AROUND;
  const told = element("p", from ? "…" : "");
  told.append(text.slice(from, place), element("mark", text.slice(place, place + word.length)),
    text.slice(place + word.length, to), to < text.length ? "…" : "");
  return told;
}

function search() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  found.hidden = !words.length;
  page.hidden = !!words.length;
  if (!words.length) return;
  const hits = SECTIONS.filter(([, , , title, text]) => {
    const all = `${title} ${text}`.toLowerCase();
    return words.every(word => all.includes(word));
  });
  found.replaceChildren(element("h1", hits.length ? `找到 ${hits.length} 处` : "没有找到。换一个词，或少写几个词。"));
  for (const [name, anchor, where, title, text] of hits.slice(0, MOST)) {
    const head = element("h2", "");
    head.append(element("a", `${where}${title ? ` · ${title}` : ""}`, {href: `${up}${name}#${anchor}`, onclick: () => { box.value = ""; search(); }}));
    found.append(head, snippet(text, words.find(word => text.toLowerCase().includes(word)) ?? ""));
  }
  if (hits.length > MOST) found.append(element("p", `只列出前 ${MOST} 处。`));
}

box.addEventListener("input", search);
document.querySelector("form").addEventListener("submit", event => event.preventDefault());
const unfold = document.getElementById("unfold");
unfold?.addEventListener("click", () => {
  const all = [...document.querySelectorAll("article details")], open = !all.every(one => one.open);
  all.forEach(one => { one.open = open; });
  unfold.textContent = open ? "收起全部代码" : "展开全部代码";
});
