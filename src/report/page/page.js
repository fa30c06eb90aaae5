
"use strict";
const { language, severities, words, report } = JSON.parse(document.getElementById("data").textContent);
const now = new Date(report.time);
const day = 86400000;

// Everything goes through here: text stays text.
function element(name, attributes = {}, ...children) {
  const svg = ["svg", "g", "rect", "line", "text", "title"].includes(name);
  const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.map((child) => (child instanceof Node ? child : String(child ?? ""))));
  return made;
}

const date = (moment) => new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(new Date(moment));
const daysLeft = (moment) => Math.floor((new Date(moment) - now) / day);
const name = (object) => (object ? object.label || object.subject || object.id || "" : "");
const wordOfRule = (rule) => words["rule-" + rule] || rule;

const certificates = report.tokens.flatMap((token) => token.certificates.map((one) => ({ ...one, token })));
const found = new Set(report.findings.map(({ object }) => object?.sha256).filter(Boolean));

function about() {
  const time = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" }).format(now);
  const pairs = [["computer", report.host], ["time", time], ["policy", report.policy]];
  return element("dl", { class: "about" }, ...pairs.map(([key, value]) =>
    element("div", {}, element("dt", {}, words[key]), element("dd", {}, value))));
}

function summary() {
  const counts = [["tokens", report.tokens.length], ["certificates", certificates.length],
    ["keys", report.tokens.reduce((sum, token) => sum + token.keys.length, 0)],
    ["not-checked", report.not_checked.length], ["waived", report.waived.length]];
  const items = counts.map(([key, count]) => element("li", {}, element("b", {}, count), words[key]));
  for (const severity of severities) {
    const count = report.findings.filter((finding) => finding.severity === severity).length;
    if (count) items.splice(3, 0, element("li", { class: severity }, element("b", {}, count), words["severity-" + severity]));
  }
  return element("ul", { class: "summary" }, ...items);
}

// A bar for each month in which certificates expire, with what is wrong at the bottom. Four years at
// most: what is before or after stands in the first or last bar, which says so.
function timeLine() {
  const month = (moment) => { const at = new Date(moment); return at.getFullYear() * 12 + at.getMonth(); };
  const months = certificates.map((one) => month(one.not_after)).concat(month(now));
  const first = Math.max(Math.min(...months), month(now) - 12);
  const last = Math.max(Math.min(Math.max(...months), first + 47), first + 11);
  const bars = Array.from({ length: last - first + 1 }, () => ({ past: [], found: [], fine: [] }));
  for (const one of certificates) {
    const at = Math.min(Math.max(month(one.not_after), first), last) - first;
    bars[at][new Date(one.not_after) < now ? "past" : found.has(one.sha256) ? "found" : "fine"].push(one);
  }
  const size = (bar) => bar.past.length + bar.found.length + bar.fine.length;
  const highest = Math.max(1, ...bars.map(size));
  const [width, height, foot] = [960, 180, 30];
  const step = (width - 40) / bars.length;
  const high = (count) => ((height - foot - 20) * count) / highest;
  const beyond = (index) => (index === 0 && Math.min(...months) < first ? "≤ "
    : index === bars.length - 1 && Math.max(...months) > last ? "≥ " : "");
  // A label has no room beside that of another bar.
  const room = Math.ceil(bars.length / 20);
  let labelled = -room;
  const near = (index) => bars.slice(Math.max(0, index - room + 1), index + room).some(size);
  const drawn = bars.flatMap((bar, index) => {
    const left = 20 + index * step;
    const at = new Date(Math.floor((first + index) / 12), (first + index) % 12, 1);
    const label = beyond(index) + new Intl.DateTimeFormat(language, { year: "2-digit", month: "numeric" }).format(at);
    const parts = [];
    let top = height - foot;
    for (const kind of ["past", "found", "fine"]) {
      if (!bar[kind].length) continue;
      top -= high(bar[kind].length);
      const who = bar[kind].map((one) => `${date(one.not_after)}  ${one.subject}`).join("\n");
      parts.push(element("rect", { class: kind, x: left + step * 0.15, y: top, width: step * 0.7, height: high(bar[kind].length) },
        element("title", {}, who)));
    }
    const count = size(bar);
    const middle = { x: left + step / 2, "text-anchor": "middle" };
    if (count) parts.push(element("text", { ...middle, y: top - 4 }, count));
    const tick = index % Math.ceil(bars.length / 12) === 0 && !near(index);
    if (tick || (count && index - labelled >= room)) {
      parts.push(element("text", { ...middle, y: height - 12 }, label));
      labelled = index;
    }
    return parts;
  });
  const today = 20 + (month(now) - first + (now.getDate() - 1) / 31) * step;
  const axis = element("line", { class: "axis", x1: 20, x2: width - 20, y1: height - foot, y2: height - foot });
  const mark = element("line", { class: "axis", x1: today, x2: today, y1: 10, y2: height - foot, "stroke-dasharray": "3" });
  const keys = [["past", "expired"], ["found", "with-finding"], ["fine", "without-finding"]];
  return element("section", { id: "expiries" }, element("h2", {}, words.expiries),
    element("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words.expiries }, ...drawn, axis, mark),
    element("p", { class: "key" }, ...keys.map(([kind, word]) => element("span", {}, element("i", { class: kind }), words[word]))));
}

function table(id, title, columns, rows) {
  const heading = element("h2", {}, `${title} (`, element("span", { class: "shown" }, rows.length), ")");
  if (!rows.length) return element("section", { id }, heading, element("p", {}, words.nothing));
  const head = element("thead", {}, element("tr", {}, ...columns.map((column) => element("th", { scope: "col" }, words[column]))));
  const body = element("tbody", {}, ...rows.map(({ severity, cells }) =>
    element("tr", { "data-severity": severity || "" }, ...cells.map((cell) =>
      cell instanceof Node ? cell : element("td", {}, cell)))));
  return element("section", { id }, heading, element("table", {}, head, body));
}

const severityCell = (severity) => element("td", { class: severity }, words["severity-" + severity]);
const code = (text) => element("td", { class: "code" }, text);
const number = (count) => element("td", { class: "number" }, count);

function tables() {
  const findings = report.findings.map((one) => ({ severity: one.severity,
    cells: [severityCell(one.severity), one.token.label, code(one.token.serial), name(one.object), one.message, one.action, code(one.rule)] }));
  const all = [...certificates].sort((a, b) => new Date(a.not_after) - new Date(b.not_after)).map((one) => ({
    cells: [date(one.not_after), number(daysLeft(one.not_after)), one.subject, number(one.issue_count), one.token.label, code(one.token.serial), code(one.serial_number)] }));
  const open = report.not_checked.map((one) => ({
    cells: [wordOfRule(one.rule), one.token.label, code(one.token.serial), name(one.object), one.message] }));
  const waived = report.waived.map(({ finding, reason, until }) => ({ severity: finding.severity,
    cells: [severityCell(finding.severity), finding.token.label, code(finding.token.serial), name(finding.object), finding.message, reason, until] }));
  const broken = report.modules.filter((module) => module.error).map((module) => ({ cells: [module.path, module.error] }));
  return [
    table("findings", words.findings, ["severity", "token", "serial", "object", "message", "action", "rule"], findings),
    table("certificates", words.certificates, ["expires", "days-left", "subject", "issue-count", "token", "serial", "serial-number"], all),
    table("not-checked", words["not-checked"], ["rule", "token", "serial", "object", "reason"], open),
    table("waived", words.waived, ["severity", "token", "serial", "object", "message", "reason", "until"], waived),
    ...(broken.length ? [table("modules", words.modules, ["object", "error"], broken)] : []),
  ];
}

function filter(sections) {
  const text = element("input", { type: "search", id: "text", autocomplete: "off" });
  const severity = element("select", { id: "severity" }, element("option", { value: "" }, words["any-severity"]),
    ...[...severities].reverse().map((one) => element("option", { value: one }, words["severity-" + one])));
  const apply = () => {
    const wanted = text.value.trim().toLowerCase().split(/\s+/);
    for (const section of sections) {
      const rows = [...section.querySelectorAll("tbody tr")];
      for (const row of rows) {
        const says = row.textContent.toLowerCase();
        const severe = !severity.value || !row.dataset.severity || row.dataset.severity === severity.value;
        row.hidden = !(severe && wanted.every((word) => says.includes(word)));
      }
      const shown = rows.filter((row) => !row.hidden).length;
      section.querySelector(".shown").textContent = shown === rows.length ? shown : `${shown} / ${rows.length}`;
    }
  };
  const form = element("form", {}, element("label", {}, words.filter + " ", text), element("label", {}, words.severity + " ", severity));
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}

const sections = tables();
document.querySelector("main").append(element("h1", {}, words.title), about(), summary(), timeLine(), filter(sections), ...sections);
