// The web chat: starts or restores a conversation, sends, and shows what the stream brings. Text goes in as text nodes only.
"use strict";

const STORE = "tandem-token";
const TYPING = "Tandem is typing …";
const byId = (id) => document.getElementById(id);
const storage = {
  // storage can be refused (private windows): the chat then lives as long as the page
  kept: null,
  get() { try { return sessionStorage.getItem(STORE) || this.kept; } catch { return this.kept; } },
  set(token) { this.kept = token; try { sessionStorage.setItem(STORE, token); } catch { /* memory only */ } },
  clear() { this.kept = null; try { sessionStorage.removeItem(STORE); } catch { /* memory only */ } },
};

let last = 0;
let stream = null;
let speak = false;

function call(path, options = {}) {
  const headers = { Authorization: `Bearer ${storage.get()}`, ...(options.body ? { "Content-Type": "application/json" } : {}) };
  return fetch(path, { ...options, headers });
}

function status(text) { byId("status").textContent = text; }

function element(tag, text, className) {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  if (className) node.className = className;
  return node;
}

function show(message) {
  if (message.seq <= last) return;
  last = message.seq;
  const item = element("li", "", message.from === "patient" ? "patient" : message.route === "crisis" ? "crisis-text" : "assistant");
  item.append(element("span", message.from === "patient" ? "You: " : "Tandem: ", "hidden"), element("p", message.text));
  if (message.sources) {
    const review = message.reviewed_by ? `Reviewed by ${message.reviewed_by}.` : "Not reviewed by a clinician yet.";
    item.append(element("p", `Source: ${message.sources}. ${review}`, "source"));
  }
  byId("messages").append(item);
  item.scrollIntoView({ block: "nearest" });
  if (message.from === "patient") return offer([], 0);
  if (byId("status").textContent === TYPING) status("");
  if (message.choices.length) offer(message.choices, message.seq);
}

function offer(titles, seq) {
  byId("choices").replaceChildren(...titles.map((title, index) => {
    const button = element("button", title);
    button.type = "button";
    button.addEventListener("click", () => send({ choice: { message: seq, index } }));
    return button;
  }));
}

async function send(content) {
  // the same id on every try, so that a retry is never taken twice
  const body = JSON.stringify({ client_id: crypto.randomUUID(), ...content });
  for (let tries = 0; tries < 3; tries += 1) {
    status(TYPING);
    try {
      const response = await call("/api/messages", { method: "POST", body });
      const answer = await response.json();
      if (response.status === 401) return expired(answer.error);
      if (!response.ok) return status(answer.error);
      if (answer.erased) return restart("This chat was deleted.");
      for (const text of answer.unstored) show({ seq: last + 1, from: "assistant", text, choices: [], route: "crisis" });
      return undefined;
    } catch {
      status("No connection. Trying again …");
      await new Promise((resolve) => { setTimeout(resolve, 1000 * 2 ** tries); });
    }
  }
  byId("text").value = content.text || "";
  return status(`Your message was not sent. Please try again. ${byId("crisis").textContent}`);
}

// fetch, not EventSource: the token travels in a header, never in an address
async function listen() {
  const mine = new AbortController();
  stream = mine;
  while (!mine.signal.aborted) {
    try {
      const response = await call(`/api/stream?after=${last}`, { signal: mine.signal });
      if (response.status === 401) return expired((await response.json()).error);
      await read(response.body.getReader());
    } catch { /* cut off: history and stream are one path, so open it again */ }
    await new Promise((resolve) => { setTimeout(resolve, 1000); });
  }
  return undefined;
}

async function read(reader) {
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
    rest = events.pop();
    for (const event of events) {
      const data = event.split(/\r?\n/).filter((line) => line.startsWith("data:")).map((line) => line.slice(5)).join("");
      if (data.trim()) show(JSON.parse(data));
    }
    // what was there before is not read out again; what comes now is
    if (!speak) { speak = true; byId("log").setAttribute("aria-live", "polite"); }
  }
}

async function begin() {
  if (!storage.get()) {
    try {
      storage.set((await (await fetch("/api/conversations", { method: "POST" })).json()).token);
    } catch {
      return status(`The chat cannot be reached. ${byId("crisis").textContent}`);
    }
  }
  return listen();
}

function restart(text) {
  if (stream) stream.abort();
  storage.clear();
  last = 0;
  byId("messages").replaceChildren();
  offer([], 0);
  status(text);
  return begin();
}

function expired(text) { return restart(text); }

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("text").value.trim();
  if (!text) return;
  byId("text").value = "";
  send({ text });
});
byId("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); byId("form").requestSubmit(); }
});
byId("person").addEventListener("click", () => send({ text: "I would like to talk to a person" }));
byId("new").addEventListener("click", () => restart("A new chat."));
byId("erase").addEventListener("click", async () => {
  const response = await call("/api/conversation", { method: "DELETE" });
  restart(response.ok ? "This chat was deleted." : "This chat could not be deleted. Please try again.");
});
begin();
