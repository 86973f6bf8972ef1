// The conversation API: the token, one call, the stream. Knows nothing of the page.
const STORE = "tandem";
const SILENCE = 45_000; // milliseconds; the server pings every 15 seconds

// A chat the server no longer knows.
export class Ended extends Error {}
// A sentence of the server for the patient.
export class Refused extends Error {}

// sessionStorage: a shared computer keeps nothing. Where it is refused, the chat lives as long as the page.
let kept = null;
export const session = {
  get() { try { return JSON.parse(sessionStorage.getItem(STORE)) || kept; } catch { return kept; } },
  set(value) { kept = value; try { sessionStorage.setItem(STORE, JSON.stringify(value)); } catch { /* memory only */ } },
  canLast() { try { return Boolean(sessionStorage); } catch { return false; } },
  clear() { kept = null; try { sessionStorage.removeItem(STORE); } catch { /* memory only */ } },
};

// The token travels in a header, never in an address or a cookie.
async function call(path, options = {}) {
  const token = session.get()?.token;
  const headers = { ...(token && { Authorization: `Bearer ${token}` }), ...(options.body && { "Content-Type": "application/json" }) };
  return fetch(path, { cache: "no-store", ...options, headers });
}

function checked(response) {
  if (response.status === 401) throw new Ended();
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response;
}

export async function start(consent, language) {
  session.clear();
  const response = await call("/api/conversations", { method: "POST", body: JSON.stringify({ consent, language }) });
  const answer = await response.json();
  if (!response.ok) throw new Refused(answer.error);
  session.set({ token: answer.token, stored: answer.stored ?? true });
}

export async function history() {
  return checked(await call("/api/messages")).json();
}

export async function erase() {
  checked(await call("/api/conversation", { method: "DELETE" }));
}

export async function post(body) {
  const response = await call("/api/messages", { method: "POST", body: JSON.stringify(body), signal: AbortSignal.timeout(30_000) });
  // a proxy's error page is not JSON
  const answer = await response.json().catch(() => ({}));
  return { status: response.status, wait: Number(response.headers.get("Retry-After")) * 1000, ...answer };
}

// Cut the stream off: its reader opens another, or stops.
let cutting = new AbortController();
export function hangUp() {
  cutting.abort();
  cutting = new AbortController();
}

// Yield the messages after a sequence number, then every new one. fetch, not EventSource: for the header.
export async function* stream(after, onOpen) {
  const silent = new AbortController();
  let timer = setTimeout(() => silent.abort(), SILENCE);
  const signal = AbortSignal.any([silent.signal, cutting.signal]);
  try {
    const response = checked(await call(`/api/stream?after=${after}`, { signal }));
    onOpen();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), SILENCE);
      const events = (rest + value).split(/\r?\n\r?\n/);
      rest = events.pop();
      for (const event of events) {
        const data = event.split(/\r?\n/).filter((line) => line.startsWith("data:")).map((line) => line.slice(5)).join("\n");
        if (data.trim()) yield JSON.parse(data);
      }
    }
  } finally {
    clearTimeout(timer);
  }
}
