// Makes links of the addresses and phone numbers in an approved text.
import { t } from "./strings.js";

const LINK = /https:\/\/[^\s<>"]+[^\s<>".,;:!?)]|\b(?:[a-z0-9-]+\.)+(?:org|com|gov|net)\b(?:\/[\w/-]*)?|\b(?:911|988)\b|\+?\d[\d ()-]{6,}\d/g;

function link(found) {
  const anchor = document.createElement("a");
  anchor.textContent = found;
  if (/^\+?[\d ()-]+$/.test(found)) {
    anchor.href = `tel:${found.replace(/[^+\d]/g, "")}`;
    return anchor;
  }
  anchor.href = found.startsWith("https:") ? found : `https://${found}`;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  const hint = document.createElement("span");
  hint.className = "hidden";
  hint.textContent = ` ${t("new_tab")}`;
  anchor.append(hint);
  return anchor;
}

export function linked(text) {
  const parts = document.createDocumentFragment();
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    parts.append(text.slice(from, match.index), link(match[0]));
    from = match.index + match[0].length;
  }
  parts.append(text.slice(from));
  return parts;
}
