// What the patient takes along, made here and never sent: the visit sheet, and the chat as a file.
import { element, messages, speaker } from "./log.js";
import { language, questions, t } from "./strings.js";

const byId = (id) => document.getElementById(id);
const listed = new Set();

function tick(list, text, language, heading) {
  const label = element("label");
  const box = element("input");
  box.type = "checkbox";
  const words = element("span");
  if (heading) words.append(element("strong", heading), element("br"));
  words.append(text);
  if (language) words.lang = language;
  label.append(box, words);
  const item = element("li");
  item.append(label);
  list.append(item);
}

// What was ticked stays ticked: only the answers that came since are added.
export function fillSheet() {
  for (const message of messages) {
    if (!message.topic || listed.has(message.text)) continue;
    listed.add(message.text);
    tick(byId("visit-answers"), message.text, message.lang ?? "en", message.topic);
  }
  byId("visit-none").hidden = listed.size > 0;
  if (!byId("visit-questions").children.length) for (const question of questions()) tick(byId("visit-questions"), question);
}

export function clearSheet() {
  listed.clear();
  byId("notes").value = "";
  for (const id of ["visit-answers", "visit-questions", "notes-printed"]) byId(id).replaceChildren();
}

// a text box prints only what is in view, so a paragraph is printed
byId("notes").addEventListener("input", () => { byId("notes-printed").textContent = byId("notes").value; });
byId("print").addEventListener("click", () => window.print());

function line(message) {
  const source = message.sources ? `\n(${t("source")}: ${message.sources})` : "";
  return `${speaker(message)}: ${message.text}${source}`;
}

export function download(crisisLine) {
  const head = [t("file"), new Date().toLocaleString(language()), t("what"), t("review"), crisisLine].join("\n");
  const file = new Blob([[head, ...messages.map(line)].join("\n\n"), "\n"], { type: "text/plain;charset=utf-8" });
  const anchor = element("a");
  anchor.href = URL.createObjectURL(file);
  anchor.download = "tandem-chat.txt";
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000);
}
