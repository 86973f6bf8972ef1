// The frame of every desk page: the policy htmx needs, what failed requests say, and signing out when nobody is there.
"use strict";

// htmx turns the desk's own HTML into elements, which the page's policy (require-trusted-types-for) forbids without a policy
// of this name. It lets HTML through, which only htmx asks for and only from this app; text for script stays forbidden.
globalThis.trustedTypes?.createPolicy("default", { createHTML: (html) => html });

const WARNING = 60; // seconds before the end
const TELL_EVERY = 60; // seconds between two words to the server that a person is here
const SIGN_IN = "/desk/sign-in";
const { csrf, seconds } = document.body.dataset;

function say(text) {
  document.getElementById("status").textContent = text;
}

document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  const isSentence = xhr.getResponseHeader("content-type")?.startsWith("text/plain");
  say(isSentence ? xhr.responseText : "This did not work. Please try again.");
});
document.addEventListener("htmx:sendError", () => say("The care desk cannot be reached. Check your connection and try again."));
document.addEventListener("htmx:beforeRequest", (event) => event.detail.requestConfig.verb !== "get" && say(""));

if (seconds) watch();

function watch() {
  const dialog = document.getElementById("idle");
  let timer, endsAt, toldAt = Date.now(); // opening this page told it

  async function ask(method) {
    const headers = method === "POST" ? { "X-CSRF-Token": csrf } : {};
    const answer = await fetch("/desk/here", { method, headers }).catch(() => null);
    if (answer?.status === 401) return 0;
    return answer?.ok ? (await answer.json()).seconds : (endsAt - Date.now()) / 1000;
  }

  // another tab may have kept the session alive, so the server is asked before anything is said
  async function check() {
    plan(await ask("GET"));
  }

  function plan(left) {
    clearTimeout(timer);
    endsAt = Date.now() + left * 1000;
    if (left <= 0) {
      location.replace(`${SIGN_IN}?idle=1&next=${encodeURIComponent(location.pathname)}`); // without a network too: nothing stays in sight
    } else if (left > WARNING) {
      dialog.close();
      timer = setTimeout(check, (left - WARNING) * 1000 + 500);
    } else {
      if (!dialog.open) dialog.showModal();
      timer = setTimeout(check, left * 1000 + 500);
    }
  }

  async function tell() {
    toldAt = Date.now();
    plan(await ask("POST"));
  }

  document.getElementById("idle-stay").addEventListener("click", tell);
  for (const kind of ["keydown", "pointerdown", "wheel"]) {
    document.addEventListener(kind, () => {
      if (!dialog.open && Date.now() - toldAt > TELL_EVERY * 1000) tell();
    }, { passive: true });
  }
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && check());
  plan(Number(seconds));
}
