// Puts the chat on a clinic's page: a button and, once it is pressed, a frame from the server this file came from.
// It reads nothing of the page but the crisis line (#tandem-crisis), for when that server is down.
(() => {
  "use strict";
  const script = document.currentScript;
  const server = new URL(script.src).origin;
  const language = script.dataset.language === "es" ? "es" : "en";
  const words = {
    en: { open: "Ask a question", frame: "Chat with an automated assistant", down: "The chat cannot be reached right now.", close: "Close" },
    es: { open: "Haga una pregunta", frame: "Chat con un asistente automático", down: "No se puede abrir el chat en este momento.", close: "Cerrar" },
  }[language];
  const [ANSWER_IN, LOAD_IN] = [2000, 15_000]; // milliseconds until the frame counts as down
  const STYLE = `
    /* an empty block at the page's end, so that the button never covers its last words */
    :host { all: initial; display: block; clear: both; block-size: 5.5rem; }
    * { box-sizing: border-box; }
    button { font: 600 1rem/1.5 var(--tandem-font, system-ui, sans-serif); min-block-size: 2.75rem; padding: 0.6rem 1.2rem; border-radius: 2rem;
      border: 2px solid var(--tandem-on-accent, #fff); background: var(--tandem-accent, #1f6f6b); color: var(--tandem-on-accent, #fff); cursor: pointer; }
    button:focus-visible { outline: 3px solid var(--tandem-accent, #1f6f6b); outline-offset: 4px; box-shadow: 0 0 0 4px var(--tandem-on-accent, #fff); }
    .launcher { position: fixed; inset-block-end: 1rem; inset-inline-end: 1rem; z-index: 2147483000; box-shadow: 0 2px 10px #0005; }
    dialog { position: fixed; inset: auto; inset-block-end: 5rem; inset-inline-end: 1rem; z-index: 2147483000; margin: 0; padding: 0; overflow: hidden;
      inline-size: 25rem; block-size: min(48rem, calc(100dvh - 6rem)); border: 1px solid #7b8a94; border-radius: var(--tandem-radius, 0.75rem); box-shadow: 0 6px 30px #0006; background: Canvas; color: CanvasText; }
    dialog:modal { inset: 0; inline-size: 100%; block-size: 100%; max-inline-size: none; max-block-size: none; border: 0; border-radius: 0; }
    iframe { display: block; inline-size: 100%; block-size: 100%; border: 0; }
    .down { padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; }
    [hidden] { display: none; }`;

  function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function embed() {
    const place = element("tandem-chat", { lang: language });
    const root = place.attachShadow({ mode: "closed" });
    const sheet = new CSSStyleSheet(); // not an inline style: a page's policy may forbid those
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];

    const launcher = element("button", { type: "button", class: "launcher", "aria-expanded": "false" }, words.open);
    const away = element("button", { type: "button" }, words.close);
    const crisis = element("p");
    const down = element("div", { class: "down", role: "alert", hidden: "" });
    const panel = element("dialog", { "aria-label": words.frame }, down);
    root.append(launcher, panel);
    document.body.append(place);

    // a panel that fills the screen is modal: what is behind it cannot get the focus
    const small = matchMedia("(max-width: 30rem), (max-height: 30rem)");
    let frame = null;
    let isLoaded = false;
    let timer = 0;

    function isDown(isSo) {
      clearTimeout(timer);
      frame.hidden = isSo;
      down.hidden = !isSo;
      crisis.textContent = document.getElementById("tandem-crisis")?.textContent ?? "";
      down.replaceChildren(...(isSo ? [element("p", {}, words.down), crisis, away] : []));
      if (isSo && panel.open) away.focus();
    }

    function expectAnswer(within) {
      clearTimeout(timer);
      timer = setTimeout(() => isDown(true), within);
    }

    function greet() {
      isLoaded = true;
      expectAnswer(ANSWER_IN);
      frame.contentWindow.postMessage({ tandem: "open" }, server);
    }

    function load() {
      frame?.remove();
      isLoaded = false;
      frame = element("iframe", { src: `${server}/chat?lang=${language}`, title: words.frame, referrerpolicy: "no-referrer" });
      frame.addEventListener("load", greet);
      panel.append(frame);
      expectAnswer(LOAD_IN);
    }

    function open() {
      if (small.matches) panel.showModal();
      else panel.show();
      launcher.setAttribute("aria-expanded", "true");
      if (!frame || frame.hidden) load();
      else if (isLoaded) greet();
      frame.focus();
    }

    function close() {
      clearTimeout(timer);
      panel.close();
      launcher.setAttribute("aria-expanded", "false");
      launcher.focus();
    }

    launcher.addEventListener("click", () => (panel.open ? close() : open()));
    away.addEventListener("click", close);
    panel.addEventListener("cancel", (event) => { event.preventDefault(); close(); });
    root.addEventListener("keydown", (event) => { if (event.key === "Escape" && panel.open) close(); });
    small.addEventListener("change", () => { if (panel.open) { panel.close(); open(); } });
    window.addEventListener("message", (event) => {
      if (!frame || event.source !== frame.contentWindow || event.origin !== server) return;
      if (event.data?.tandem === "ready") isDown(false);
      if (event.data?.tandem === "close" && panel.open) close();
    });
    // what has the focus must not lie under the button
    document.addEventListener("focusin", (event) => {
      if (event.target === place) return;
      const target = event.target.getBoundingClientRect();
      const button = launcher.getBoundingClientRect();
      if (target.right > button.left && target.left < button.right && target.bottom > button.top && target.top < button.bottom) window.scrollBy(0, target.bottom - button.top + 8);
    });
  }

  if (document.body) embed();
  else document.addEventListener("DOMContentLoaded", embed);
})();
