// What every page of the care team does by itself: hear of changes, ring, tell that somebody looks at the desk.
const BEAT_SECONDS = 45; // a patient is told that somebody is here for two minutes after the last
const RETRY_SECONDS = 5;
const SOUND = "desk-sound"; // what this machine remembers: on or off
const title = document.title;

// One tab follows the stream and tells the others: a browser keeps only six connections to a site open, and a nurse more tabs.
const tabs = new BroadcastChannel("desk-changes");
tabs.onmessage = nudge;
navigator.locks.request("desk-stream", () => new Promise(follow)); // held until the tab closes

function follow() {
  const source = new EventSource("/desk/stream"); // says at once that there may be something new
  source.addEventListener("change", () => {
    nudge();
    tabs.postMessage("");
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, RETRY_SECONDS * 1000);
  });
}

function nudge() {
  htmx.trigger(document.body, "desk-nudge");
  look();
}

// A page that nobody looks at fetches no patient's words: what it fetches is written down as read.
function look() {
  if (document.visibilityState === "visible") htmx.trigger(document.body, "desk-look");
}

function beat() {
  if (document.visibilityState === "visible") fetch("/desk/presence").catch(() => {});
}

beat();
setInterval(beat, BEAT_SECONDS * 1000);
document.addEventListener("visibilitychange", () => { beat(); look(); });
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.requestConfig.verb !== "get") nudge();
});

// the bell
const bell = document.getElementById("bell");
const alarm = document.getElementById("alarm");
const AGAIN_SECONDS = 25; // between two alarms for the same danger
let heard = null; // the causes that were there before
let alarmedAt = 0;

document.addEventListener("htmx:afterSwap", ({ target }) => target === bell && ring());

function ring() {
  const { causes, total } = bell.querySelector("#bell-link").dataset;
  document.title = Number(total) ? `(${total}) ${title}` : title;
  const all = causes.split(" ").filter(Boolean);
  const urgent = all.filter((cause) => cause.startsWith("urgent:"));
  const fresh = all.filter((cause) => heard !== null && !heard.includes(cause));
  if (alarm.dataset.causes !== urgent.join(" ")) {
    alarm.dataset.causes = urgent.join(" ");
    alarm.replaceChildren(...urgent.map(warn));
  }
  if (fresh.some((cause) => cause.startsWith("chat:"))) tell("A patient waits for a person.");
  else if (fresh.some((cause) => cause.startsWith("message:"))) tell("A patient has written to you.");
  else if (fresh.some((cause) => cause.startsWith("call-back:"))) tell("A patient asked for a call back.");
  const isDue = urgent.length && Date.now() - alarmedAt > AGAIN_SECONDS * 1000; // until somebody has seen it
  if (isDue || fresh.some((cause) => cause.startsWith("urgent:"))) {
    alarmedAt = Date.now();
    play(3);
  } else if (fresh.length) play(1);
  heard = all;
}

function warn(cause) {
  const [, ticket, reminders] = cause.split(":");
  const line = document.createElement("p");
  const link = document.createElement("a");
  link.href = `/desk/tickets/${ticket}`;
  link.textContent = `Open ticket ${ticket}`;
  line.append(`Urgent: a patient may be in danger. ${Number(reminders) ? `Reminder ${reminders}. ` : ""}`, link);
  return line;
}

function tell(text) {
  document.getElementById("heard").textContent = text;
}

// the sound: off until somebody switches it on; of several tabs one plays
const button = document.getElementById("sound");
let sound = null;

function remembered() {
  try {
    return localStorage.getItem(SOUND) === "on";
  } catch {
    return false;
  }
}

function switchSound(isOn) {
  sound = isOn ? (sound ?? new AudioContext()) : null;
  button.textContent = isOn ? "Turn sound off" : "Turn sound on";
  try {
    localStorage.setItem(SOUND, isOn ? "on" : "off");
  } catch {
    // the choice holds for this page only
  }
}

button.addEventListener("click", () => {
  switchSound(sound === null);
  play(1);
});
document.addEventListener("pointerdown", () => sound?.resume()); // a page may sound only after somebody touched it
if (remembered()) switchSound(true);

function play(times) {
  if (sound?.state !== "running") return;
  navigator.locks.request("desk-sound", { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    for (let note = 0; note < times; note += 1) {
      const tone = new OscillatorNode(sound, { frequency: times > 1 ? 880 : 660 });
      const volume = new GainNode(sound, { gain: 0.2 });
      tone.connect(volume).connect(sound.destination);
      tone.start(sound.currentTime + note * 0.3);
      tone.stop(sound.currentTime + note * 0.3 + 0.15);
    }
    await new Promise((done) => setTimeout(done, times * 300));
  });
}
