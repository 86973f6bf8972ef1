// The messages on the page. Text goes in as text nodes only.
import { linked } from "./links.js";
import { t } from "./strings.js";

const PLACEHOLDER = /\[[a-z]+\]/; // what the server puts in the place of a name or a number
const list = document.getElementById("messages");
const region = document.getElementById("log");
export const messages = []; // as the server told them, for the visit sheet and the download

export function element(tag, text, className) {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  if (className) node.className = className;
  return node;
}

export const last = () => messages.at(-1)?.seq ?? 0;

export function clear() {
  messages.length = 0;
  list.replaceChildren();
}

// What was there before is not read out again; what comes now is.
export function readAloud(isOn) { region.setAttribute("aria-live", isOn ? "polite" : "off"); }

function bubble(kind, name) {
  const item = element("li", "", kind);
  item.append(element("span", `${name}: `, kind === "staff" ? "name" : "hidden"));
  return item;
}

// Scroll to what is new: to the start of the replies, with the question before them unless that is long.
export function reveal() {
  const item = list.lastElementChild;
  item?.scrollIntoView({ block: "nearest" });
  if (!item?.matches(".patient ~ .reply")) return;
  let first = item;
  while (first.previousElementSibling.matches(".reply")) first = first.previousElementSibling;
  const question = first.previousElementSibling;
  (question.offsetHeight < 120 ? question : first).scrollIntoView({ block: "start" });
}

// In the server's order, and before what is still on its way.
function insert(item, seq) {
  item.dataset.seq = seq;
  list.insertBefore(item, [...list.children].find((other) => !(Number(other.dataset.seq) <= seq)) ?? null);
}

// A crisis text is read out as an alert, at once and once: its item is silent, so that the log does not read it again.
function alarm(item, text, seq) {
  const alert = element("div");
  alert.setAttribute("role", "alert");
  item.setAttribute("aria-live", "off");
  item.append(alert);
  insert(item, seq);
  alert.append(text);
}

function speech(message) {
  const text = element("p");
  text.lang = message.lang ?? "en";
  text.append(linked(message.text));
  return text;
}

export function speaker(message) {
  if (message.from === "patient") return t("you");
  if (message.from === "assistant") return t("assistant");
  return message.name ? `${message.name}, ${message.title || t("staff")}` : t("staff");
}

function addSource(item, message) {
  const source = element("details", "", "source");
  const name = element("p", `${t("source")}: ${message.sources}`);
  const review = message.reviewed_by ? t("reviewed", { by: message.reviewed_by }) : t("not_reviewed");
  source.append(element("summary", `${review} ${t("source")}`), name);
  item.append(source);
}

// Show a message of the server; its copy of what was written here takes that one's place.
export function show(message, isNew) {
  if (message.seq <= last()) return false;
  messages.push(message);
  if (message.from === "patient") {
    const mine = list.querySelector(`[data-seq="${message.seq}"]`)
      ?? [...list.querySelectorAll(".pending")].find((item) => isSame(item.dataset.text, message.text));
    if (mine) return settle(mine, message.seq, message.text);
    const item = bubble("patient", t("you"));
    item.append(element("p", message.text));
    insert(item, message.seq);
    return true;
  }
  const isPerson = message.from !== "assistant";
  const isCrisis = message.route === "crisis";
  const item = bubble(isCrisis ? "reply crisis-text" : isPerson ? "staff" : "reply assistant", speaker(message));
  if (isCrisis && isNew) {
    alarm(item, speech(message), message.seq);
  } else {
    item.append(speech(message));
    if (message.sources) addSource(item, message);
    insert(item, message.seq);
  }
  return true;
}

// Show a text that came in an answer because it could not be stored.
export function showUrgent(text) {
  alarm(bubble("reply crisis-text", t("assistant")), speech({ text }), last());
  reveal();
}

function isSame(typed, stored) {
  const parts = stored.split(PLACEHOLDER);
  return parts.length === 1 ? typed === stored : typed.startsWith(parts[0]) && typed.endsWith(parts.at(-1));
}

// Show what was written here, before the server has it.
export function showPending(text) {
  const item = bubble("patient pending", t("you"));
  item.dataset.text = text;
  item.setAttribute("aria-live", "off");
  item.append(element("p", text), element("p", "", "delivery"));
  list.append(item);
  reveal();
  return item;
}

// State: sending, unsent (is tried again), refused (with the reason).
export function mark(item, state, reason, onRetry) {
  const line = item.querySelector(".delivery");
  if (!line || item.dataset.state === state) return;
  item.dataset.state = state;
  if (state === "refused") item.classList.remove("pending");
  line.replaceChildren(state === "sending" ? t("sending") : `${[t("unsent"), reason].filter(Boolean).join(". ")} `);
  if (state === "unsent") {
    const button = element("button", t("retry"));
    button.type = "button";
    button.addEventListener("click", onRetry);
    line.append(button);
  }
  reveal();
}

// It has arrived: the text is now as the server keeps it, without names.
export function settle(item, seq, text) {
  const copy = seq && list.querySelector(`[data-seq="${seq}"]`);
  if (copy && copy !== item) { item.remove(); return true; }
  item.classList.remove("pending");
  item.dataset.state = "sent";
  if (seq) item.dataset.seq = seq;
  if (text) item.querySelector("p").textContent = text;
  item.querySelector(".delivery").textContent = t("sent");
  return true;
}
