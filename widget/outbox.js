// Sends the messages one after the other until each has arrived. A retry carries the same id: it is never taken twice.
import { post } from "./api.js";

const LONGEST = 30_000; // milliseconds between two tries

export class Outbox {
  constructor(page) {
    this.page = page;
    this.reset();
  }

  reset() {
    clearTimeout(this.timer);
    this.waiting = [];
    this.tries = 0;
    this.isSending = false;
    this.round = {}; // what is on its way when a chat ends no longer counts
  }

  add(content, item) {
    // crypto.randomUUID is missing where a clinic tries the chat without https
    const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.waiting.push({ body: { client_id: id, ...content }, item });
    this.flush();
  }

  async flush() {
    if (this.isSending) return;
    clearTimeout(this.timer);
    const { round } = this;
    this.isSending = true;
    while (this.waiting.length && (await this.attempt(this.waiting[0], round))) this.waiting.shift();
    if (this.round === round) this.isSending = false;
  }

  // Return whether the message is done with: arrived, or refused for good.
  async attempt(message, round) {
    this.page.mark(message.item, "sending");
    this.page.busy(true);
    const answer = await post(message.body).catch(() => ({ status: 0 })); // no connection, or no answer in time
    if (this.round !== round) return false;
    this.page.busy(false);
    if (answer.status === 401) { this.page.ended(answer.unstored ?? []); return false; }
    // crisis texts that could not be stored come in the answer; a retry does not repeat them
    if (!message.isUrgent) for (const text of answer.unstored ?? []) { this.page.urgent(text); message.isUrgent = true; }
    if (answer.status === 202) {
      this.tries = 0;
      this.page.settle(message.item, answer.seq);
      if (answer.erased) this.page.erased();
      return !answer.erased;
    }
    const isRefused = answer.status >= 400 && answer.status < 500 && ![408, 429].includes(answer.status);
    this.page.mark(message.item, isRefused ? "refused" : "unsent", answer.error);
    if (isRefused) return true;
    for (const later of this.waiting.slice(1)) this.page.mark(later.item, "unsent");
    this.timer = setTimeout(() => this.flush(), answer.wait || Math.min(1000 * 2 ** this.tries, LONGEST));
    this.tries += 1;
    return false;
  }
}
