// The words of the interface: [English, Spanish]. Answers and crisis texts come from the server.
const STRINGS = {
  menu: ["Menu", "Menú"],
  call: ["Call the clinic: {phone}", "Llamar a la clínica: {phone}"],
  close: ["Close chat", "Cerrar el chat"],
  title: ["Questions about therapy and medicine", "Preguntas sobre terapia y medicina"],
  what: [
    "Tandem is an automated assistant, not a person. It shares plain facts. It does not give care, and it is not for emergencies.",
    "Tandem es un asistente automático, no una persona. Da información sencilla. No da atención médica y no es para emergencias.",
  ],
  review: [
    "No clinician has reviewed its texts unless an answer says so.",
    "Ningún profesional clínico ha revisado sus textos, salvo que una respuesta lo diga.",
  ],
  language_note: [
    "",
    "Por ahora, Tandem solo entiende y responde en inglés. Los botones y los avisos están en español.",
  ],
  consent: ["May we keep this chat?", "¿Podemos guardar este chat?"],
  keep_why: [
    "If we keep it, you can come back to it in this tab. We take out names and numbers we can spot. It is encrypted, and you can delete it at any time.",
    "Si lo guardamos, puede volver a él en esta pestaña. Quitamos los nombres y números que detectamos. Está cifrado y puede borrarlo cuando quiera.",
  ],
  keep_not_why: [
    "If we do not, you still get answers and help in a crisis. Nothing you write is saved, so no person can join. It is gone soon after you leave.",
    "Si no, también recibe respuestas y ayuda en una crisis. No se guarda nada, así que ninguna persona puede unirse. Desaparece poco después.",
  ],
  keep_here: [
    "This browser does not let us remember the chat. You cannot come back to it once you leave this page.",
    "Este navegador no nos permite recordar el chat. No podrá volver a él después de salir de esta página.",
  ],
  keep: [
    "Keep this chat for {days} days so you can come back to it",
    "Guardar este chat {days} días para poder volver a él",
  ],
  keep_not: ["Chat without keeping it", "Chatear sin guardarlo"],
  kept: [
    "This chat is kept for {days} days. You can delete it in the menu.",
    "Este chat se guarda {days} días. Puede borrarlo en el menú.",
  ],
  not_kept: ["This chat is not kept.", "Este chat no se guarda."],
  log: ["Chat", "Chat"],
  messages: ["Messages", "Mensajes"],
  suggested: ["Suggested replies", "Respuestas sugeridas"],
  question: ["Your question", "Su pregunta (en inglés)"],
  send: ["Send", "Enviar"],
  person: ["Talk to a person", "Hablar con una persona"],
  person_says: ["I would like to talk to a person", "I would like to talk to a person"],
  visit: ["Prepare my visit", "Preparar mi cita"],
  download: ["Download my chat", "Descargar mi chat"],
  fresh: ["New chat", "Chat nuevo"],
  erase: ["Delete my chat", "Borrar mi chat"],
  you: ["You", "Usted"],
  assistant: ["Tandem", "Tandem"],
  staff: ["The clinic", "La clínica"],
  source: ["Source", "Fuente"],
  reviewed: ["Reviewed by {by}.", "Revisado por {by}."],
  not_reviewed: ["Not reviewed by a clinician yet.", "Todavía no lo ha revisado un profesional clínico."],
  new_tab: ["(opens in a new tab)", "(se abre en otra pestaña)"],
  typing: ["Tandem is typing …", "Tandem está escribiendo …"],
  sending: ["Sending …", "Enviando …"],
  sent: ["Sent", "Enviado"],
  unsent: ["Not sent", "No enviado"],
  retry: ["Try again", "Intentar de nuevo"],
  offline: [
    "No connection. What you write is sent when you are back online.",
    "Sin conexión. Lo que escriba se envía cuando vuelva la conexión.",
  ],
  unreachable: [
    "The chat cannot be reached right now. You can call {clinic} at {phone}.",
    "No se puede abrir el chat en este momento. Puede llamar a {clinic}: {phone}.",
  ],
  fresh_ask: ["Start a new chat?", "¿Empezar un chat nuevo?"],
  fresh_kept: [
    "You cannot come back to this one. It stays stored for {days} days, unless you delete it first.",
    "No podrá volver a este. Queda guardado {days} días, salvo que lo borre antes.",
  ],
  fresh_not_kept: [
    "You cannot come back to this one.",
    "No podrá volver a este.",
  ],
  erase_ask: ["Delete this chat?", "¿Borrar este chat?"],
  erase_why: [
    "That cannot be undone. If you asked for a call back, the clinic keeps that. To take it back, call {phone}.",
    "No se puede deshacer. Si pidió que le llamen, la clínica guarda su petición. Para retirarla, llame al {phone}.",
  ],
  cancel: ["Cancel", "Cancelar"],
  erased: ["This chat was deleted.", "Este chat se borró."],
  not_erased: [
    "This chat could not be deleted. Please try again.",
    "No se pudo borrar este chat. Inténtelo de nuevo.",
  ],
  ended: [
    "This chat has ended. You can start a new one.",
    "Este chat ha terminado. Puede empezar otro.",
  ],
  visit_what: [
    "Pick what you want to take along, then print it. Nothing here is sent or saved.",
    "Elija lo que quiere llevar y luego imprímalo. Nada de esto se envía ni se guarda.",
  ],
  visit_answers: ["Answers from this chat", "Respuestas de este chat"],
  visit_none: [
    "No answers yet. Ask a question first.",
    "Todavía no hay respuestas. Haga primero una pregunta.",
  ],
  visit_questions: ["Questions to ask", "Preguntas que puedo hacer"],
  visit_notes: ["My own notes (never sent)", "Mis notas (nunca se envían)"],
  print: ["Print", "Imprimir"],
  back: ["Back to the chat", "Volver al chat"],
  file: [
    "My chat with Tandem, the automated assistant of {clinic}",
    "Mi chat con Tandem, el asistente automático de {clinic}",
  ],
};

// What a patient may want to ask at a visit.
const QUESTIONS = [
  ["What choices do I have?", "¿Qué opciones tengo?"],
  ["How could each one help, and what are the side effects?", "¿Cómo puede ayudar cada una y qué efectos secundarios tiene?"],
  ["Do you work with my other providers?", "¿Trabaja usted con mis otros profesionales?"],
  ["How will we know if it helps, and how long may it take?", "¿Cómo sabremos si ayuda y cuánto puede tardar?"],
  ["How often will we check in?", "¿Cada cuánto nos veremos?"],
  ["Who do I call between visits?", "¿A quién llamo entre una cita y otra?"],
  ["What does it cost?", "¿Cuánto cuesta?"],
];

const facts = document.body.dataset; // the clinic's, by the names the strings use
export const language = () => document.documentElement.lang;
const pick = (pair) => pair[language() === "es" ? 1 : 0];
export const questions = () => QUESTIONS.map(pick);

export function t(key, values = {}) {
  return pick(STRINGS[key]).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? facts[name]);
}

// data-t names an element's text, data-t-label its accessible name.
export function translate() {
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
}
