// A ticket's page: writing to the patient, canned replies, and keeping the newest message in sight.
const ticket = document.getElementById("ticket");
const log = ticket.querySelector(".log");
const messages = document.getElementById("messages");
const canned = document.getElementById("canned");
const NEAR = 40; // pixels from the end that still count as reading the end
let isAtEnd = true;

const box = () => document.getElementById("reply-text"); // it comes and goes with who has the chat

// A form sent twice is said once; a text that was changed is another message, even if the one before may have arrived.
function mark() {
  box().form.elements.key.value = crypto.randomUUID();
}

ticket.addEventListener("input", ({ target }) => target === box() && mark());
ticket.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target === box()) {
    event.preventDefault();
    box().form.requestSubmit();
  }
});

canned?.addEventListener("change", () => {
  if (canned.value && box()) {
    box().value += (box().value && "\n\n") + canned.value;
    mark();
    box().focus();
  }
  canned.value = "";
});

document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful } }) => {
  if (!successful) return;
  if (elt.id === "reply" || "empties" in elt.dataset) elt.reset();
  if (elt.id === "reply") box()?.focus();
  if (elt.dataset.then === "reply") document.addEventListener("htmx:afterSettle", () => box()?.focus(), { once: true });
});

log.addEventListener("scroll", () => {
  isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
});
const showEnd = () => log.scrollTo(0, log.scrollHeight);
new MutationObserver(() => isAtEnd && showEnd()).observe(messages, { childList: true });
showEnd();
