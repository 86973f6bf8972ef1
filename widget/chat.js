// The frame: which view is shown, what the buttons do, and the stream that fills the log.
import { Ended, Refused, erase, hangUp, history, session, start, stream } from "./api.js";
import { linked } from "./links.js";
import * as log from "./log.js";
import { Outbox } from "./outbox.js";
import { language, t, translate } from "./strings.js";
import * as takeaway from "./takeaway.js";

const byId = (id) => document.getElementById(id);
const crisisLine = byId("crisis").textContent.trim();
let isBeginning = false;
let chat = 0; // counts the chats of this page: what belongs to an earlier one is dropped

function status(text) { byId("status").textContent = text; }
function busy(isBusy) { byId("typing").textContent = isBusy ? t("typing") : ""; }
function connected(isUp) { byId("connection").textContent = isUp ? "" : t("offline"); }

function view(name) {
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== name;
  for (const node of document.querySelectorAll(".in-chat")) node.hidden = name === "welcome";
  byId("menu").open = false;
}

function focusView() {
  if (!byId("chat").hidden) byId("text").focus();
  else document.querySelector("main > section:not([hidden]) h1").focus();
}

const outbox = new Outbox({
  mark: (item, state, reason) => {
    log.mark(item, state, reason, () => outbox.flush());
    if (reason) status(reason);
    else if (state === "unsent") connected(false);
  },
  settle: (item, seq) => { log.settle(item, seq); connected(true); },
  busy,
  urgent: log.showUrgent,
  erased: () => leave(t("erased")),
  ended: (urgent) => leave([t("ended"), ...urgent].join("\n")),
});

function offer(titles, seq) {
  byId("choices").replaceChildren(...titles.map((title, index) => {
    const button = log.element("button", title);
    button.type = "button";
    button.lang = "en";
    button.addEventListener("click", () => { send(title, { choice: { message: seq, index } }); byId("scroll").focus(); });
    return button;
  }));
}

function send(text, content = { text }) {
  offer([], 0);
  status("");
  outbox.add(content, log.showPending(text));
}

function receive(message, isNew) {
  if (!log.show(message, isNew)) return;
  if (message.from === "patient") offer([], 0);
  else if (message.choices.length) offer(message.choices, message.seq);
  log.reveal();
}

async function listen() {
  const mine = chat;
  while (mine === chat) {
    try {
      for await (const message of stream(log.last(), () => connected(true))) {
        if (mine !== chat) return;
        receive(message, true);
      }
    } catch (error) {
      if (mine !== chat) return;
      if (error instanceof Ended) { leave(t("ended")); return; }
      if (error.name !== "AbortError") connected(false);
    }
    await new Promise((resolve) => { setTimeout(resolve, 1000); });
  }
}

// A new chat is read aloud from its greeting on, a restored one from what comes next.
async function open(isNew) {
  const mine = chat;
  view("chat");
  byId("kept").dataset.t = session.get().stored ? "kept" : "not_kept";
  translate();
  log.readAloud(isNew);
  try {
    for (const message of await history()) if (mine === chat) receive(message, false);
  } catch (error) {
    if (mine !== chat) return;
    if (error instanceof Ended) { leave(t("ended")); return; }
    connected(false);
    setTimeout(() => { if (mine === chat) open(isNew); }, 1000);
    return;
  }
  // not at once: what was just put in would be taken for new
  requestAnimationFrame(() => requestAnimationFrame(() => log.readAloud(true)));
  listen();
}

function leave(text) {
  chat += 1;
  session.clear();
  outbox.reset();
  hangUp();
  log.clear();
  takeaway.clearSheet();
  offer([], 0);
  busy(false);
  connected(true);
  status(text);
  view("welcome");
  focusView();
}

async function begin(consent) {
  if (isBeginning) return;
  isBeginning = true;
  status("");
  try {
    await start(consent, language());
  } catch (error) {
    status(error instanceof Refused ? error.message : t("unreachable"));
    return;
  } finally {
    isBeginning = false;
  }
  await open(true);
  byId("text").focus();
}

function confirmed(question, why, yes) {
  const dialog = byId("confirm");
  for (const [part, text] of Object.entries({ question, why, yes })) byId(`confirm-${part}`).textContent = text;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => { dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }); });
}

async function startAnew() {
  const why = t(session.get().stored ? "fresh_kept" : "fresh_not_kept");
  if (await confirmed(t("fresh_ask"), why, t("fresh"))) leave("");
}

async function eraseChat() {
  if (!(await confirmed(t("erase_ask"), t("erase_why"), t("erase")))) return;
  try {
    await erase();
    leave(t("erased"));
  } catch (error) {
    if (error instanceof Ended) leave(t("erased"));
    else status(t("not_erased"));
  }
}

function onClick(id, action) {
  byId(id).addEventListener("click", () => { byId("menu").open = false; action(); });
}

onClick("keep", () => begin(true));
onClick("keep-not", () => begin(false));
onClick("person", () => send(t("person_says")));
onClick("fresh", startAnew);
onClick("erase", eraseChat);
onClick("download", () => takeaway.download(crisisLine));
onClick("prepare", () => { takeaway.fillSheet(); view("visit"); focusView(); });
onClick("back", () => { view("chat"); focusView(); });
for (const link of document.querySelectorAll(".menu a[hreflang]")) {
  // in place: without storage, another page would not know this chat
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.documentElement.lang = link.hreflang;
    translate();
    byId("visit-questions").replaceChildren();
    view(byId("welcome").hidden ? "chat" : "welcome");
    focusView();
  });
}
for (const answer of ["yes", "no"]) byId(`confirm-${answer}`).addEventListener("click", () => byId("confirm").close(answer));

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("text").value.trim();
  byId("text").value = "";
  if (text) send(text);
});
byId("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); byId("form").requestSubmit(); }
});
window.addEventListener("offline", () => connected(false));
window.addEventListener("online", () => { hangUp(); outbox.flush(); });

// Only a page that opened this frame has something to close; its message tells its origin.
let host = null;
function tellHost(what) { if (host) window.parent.postMessage({ tandem: what }, host); }
window.addEventListener("message", (event) => {
  if (window.parent === window || event.source !== window.parent || event.data?.tandem !== "open") return;
  host = event.origin;
  byId("close").hidden = false;
  tellHost("ready");
  focusView();
});
byId("close").addEventListener("click", () => tellHost("close"));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || byId("confirm").open) return;
  if (byId("menu").open) { byId("menu").open = false; byId("menu").querySelector("summary").focus(); }
  else if (!byId("visit").hidden) { view("chat"); focusView(); }
  else tellHost("close");
});
document.addEventListener("click", (event) => { if (!byId("menu").contains(event.target)) byId("menu").open = false; });

translate();
byId("keep-here").hidden = session.canLast();
byId("crisis").replaceChildren(linked(crisisLine));
if (session.get()) open(false);
else view("welcome");
