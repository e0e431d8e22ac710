/* A note that survives: what is typed is held in the browser until the server has acknowledged it.

   One draft per question lives in localStorage under store, entry, layer, owner, question and this page load. It is
   sent after a pause in typing, when the field is left and when the page is hidden; one at a time, again and again
   with the same key until an acknowledgement of that key comes back in `data.acks`. A draft left behind by a page
   that is gone is taken over by the next page of the same owner. Everything a person typed is set as `value` or
   `textContent`, never as markup. The same module passes hotkeys on to Streamlit's own buttons. */

const PREFIX = "kotacerdas.note";
const PAUSE = 600; // ms without typing before a draft is sent
const AGAIN = 4000; // ms without an acknowledgement before it is sent again; twice as long each time
const LATEST = 15000;
const PATIENCE = 6000; // ms after which the reader is told that the server has not answered
const GONE = 5000; // ms without a sign of life after which the draft of another page may be taken over
const BEAT = 1000;
const TURN = 10000; // ms that keys wait for the next question to appear, on a slow line too

const fields = new WeakMap();

export default function mount({ data, parentElement, setTriggerValue }) {
  let field = fields.get(parentElement);
  if (!field) {
    field = new Field(parentElement);
    fields.set(parentElement, field);
  }
  field.show(data, setTriggerValue);
  // Streamlit runs the cleanup of an overtaken render too: what is still in the page stays.
  return () =>
    setTimeout(() => {
      if (field.host.isConnected) return;
      field.close();
      fields.delete(parentElement);
    });
}

function random() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function element(tag, part, text) {
  const made = document.createElement(tag);
  made.className = part;
  if (text !== undefined) made.textContent = text;
  return made;
}

function filled(sentence, values) {
  return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), sentence);
}

/* ---- drafts in the browser ------------------------------------------------------------------------------------- */

class Drafts {
  /* The drafts of one owner in one entry. `held` is false where the browser keeps nothing (private mode, full). */

  constructor(place) {
    this.start = [PREFIX, ...place].map(encodeURIComponent).join("|") + "|";
    this.page = random();
    this.own = new Map();
    this.held = true;
  }

  _name(question, page = this.page) {
    return `${this.start}${encodeURIComponent(question)}|${page}`;
  }

  get(question) {
    return this.own.get(question);
  }

  put(draft) {
    this.own.set(draft.question, draft);
    this.write(draft);
  }

  write(draft, alive = true) {
    try {
      localStorage.setItem(this._name(draft.question), JSON.stringify({ ...draft, seenAt: Date.now(), alive }));
      this.held = true;
    } catch {
      this.held = false;
    }
  }

  drop(question) {
    this.own.delete(question);
    try {
      localStorage.removeItem(this._name(question));
    } catch {
      this.held = false;
    }
  }

  /* Say that this page still lives, or that it is going. */
  beat(alive = true) {
    for (const draft of this.own.values()) this.write(draft, alive);
  }

  /* Take over the drafts of pages that are gone, newest first; of one question only while there is no own draft. */
  adopt(wanted) {
    const found = [];
    try {
      for (let place = 0; place < localStorage.length; place += 1) {
        const name = localStorage.key(place);
        if (!name.startsWith(this.start) || name.endsWith(`|${this.page}`)) continue;
        const draft = parsed(localStorage.getItem(name));
        if (!draft) localStorage.removeItem(name);
        else if (wanted(draft.question) && (!draft.alive || Date.now() - draft.seenAt > GONE)) found.push([name, draft]);
      }
    } catch {
      this.held = false;
    }
    let taken = false;
    found.sort(([, a], [, b]) => b.seenAt - a.seenAt);
    for (const [name, draft] of found) {
      if (this.own.has(draft.question)) continue;
      this.put({ ...draft, restored: true });
      localStorage.removeItem(name);
      taken = true;
    }
    return taken;
  }
}

function parsed(text) {
  try {
    const draft = JSON.parse(text);
    const sound = draft && typeof draft.question === "string" && typeof draft.text === "string";
    return sound && typeof draft.key === "string" ? draft : null;
  } catch {
    return null;
  }
}

/* ---- the field ------------------------------------------------------------------------------------------------- */

class Field {
  constructor(parent) {
    this.host = parent.host || parent;
    this.root = element("div", "note");
    this.label = element("label", "label");
    this.area = element("textarea", "area");
    this.area.id = "note";
    this.label.htmlFor = "note";
    this.foot = element("div", "foot");
    this.status = element("span", "status");
    this.status.setAttribute("role", "status");
    this.status.id = "status";
    this.area.setAttribute("aria-describedby", "status");
    this.count = element("span", "count");
    this.foot.append(this.status, this.count);
    this.box = element("div", "box");
    this.others = element("div", "others");
    this.root.append(this.label, this.area, this.foot, this.box, this.others);
    parent.append(this.root);

    this.closing = new AbortController();
    const on = (target, name, run) => target.addEventListener(name, run, { signal: this.closing.signal });
    on(this.area, "input", () => this.typed());
    on(this.area, "blur", () => this.send());
    on(this.area, "keydown", (event) => event.stopPropagation()); // Streamlit's own shortcuts (r, c) stay out
    on(document, "keydown", (event) => this.hotkey(event));
    on(document, "visibilitychange", () => (document.hidden ? this.leave() : this.drafts?.beat()));
    on(window, "pagehide", () => this.leave((this.going = true)));
    on(window, "pageshow", () => this.drafts?.beat(!(this.going = false)));
    on(window, "online", () => this.send(true));
    on(window, "offline", () => this.paint());
    this.ticker = setInterval(() => this.tick(), BEAT);
    this.waiting = []; // hotkeys pressed while the next question is on its way
  }

  close() {
    this.leave(true);
    clearInterval(this.ticker);
    clearTimeout(this.pause);
    clearTimeout(this.pumping);
    this.closing.abort();
    this.root.remove();
  }

  /* A run of the page has brought new data. */
  show(data, trigger) {
    const place = [data.store, data.entry, data.layer, data.owner].map(String);
    if (String(this.place) !== String(place)) {
      this.drafts?.beat(false);
      this.place = place;
      this.drafts = new Drafts(place);
      this.flight = null;
    }
    const turned = this.data?.question !== data.question;
    const first = !this.data;
    this.data = data;
    this.trigger = trigger;
    if (turned) this.turned = null;
    if (turned && !first) this.bring();
    this.drafts.adopt((question) => this.mine(question));
    this.hear();
    this.label.textContent = data.words.label;
    this.label.classList.toggle("quiet", data.quiet);
    this.area.placeholder = data.words.placeholder;
    this.area.readOnly = data.readonly;
    this.area.rows = data.rows;
    this.fill();
    this.paint();
    this.send();
    this.pump();
  }

  /* Bring the question into view: who jumped to it from below would be left at the foot of the page. */
  bring() {
    requestAnimationFrame(() => {
      const top = this.data.top && document.querySelector(`.${this.data.top}`);
      if (!top) return;
      const { top: place } = top.getBoundingClientRect();
      if (place < 0 || place > window.innerHeight / 2) top.scrollIntoView({ block: "start" });
    });
  }

  mine(question) {
    return question === this.data.question || this.data.sweep;
  }

  fill() {
    const text = this.drafts.get(this.data.question)?.text ?? this.data.text;
    if (this.area.value !== text) this.area.value = text;
  }

  typed() {
    const { question, text, version } = this.data;
    const draft = this.drafts.get(question) || { question, base: version, seen: text, sent: null, conflict: null };
    const now = this.area.value;
    if (now === draft.seen && !draft.sent && !draft.conflict) this.drafts.drop(question); // typed back to what is saved
    else this.drafts.put({ ...draft, text: now, key: random(), refused: null, restored: false, since: Date.now() });
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.send(), PAUSE);
    this.paint();
  }

  /* Send what is not saved, one draft at a time. `again`: do not wait for an answer to the last one. */
  send(again = false) {
    if (!this.trigger || (this.flight && !again)) return;
    const ready = [...this.drafts.own.values()].filter((draft) => this.sendable(draft));
    const draft = ready.find((one) => one.question === this.data.question) || ready[0];
    if (draft) {
      clearTimeout(this.pause);
      // What went out without an answer goes out again first: only its answer tells which version to build on.
      const sent = draft.sent || { key: draft.key, text: draft.text, base: draft.base, seen: draft.seen };
      this.drafts.put({ ...draft, sent });
      const last = this.flight?.key === sent.key ? this.flight : { first: Date.now(), wait: AGAIN / 2 };
      this.flight = { key: sent.key, at: Date.now(), first: last.first, wait: Math.min(last.wait * 2, LATEST) };
      this.trigger("draft", { question: draft.question, ...sent });
    }
    this.paint();
  }

  sendable(draft) {
    if (draft.conflict || draft.refused || !this.mine(draft.question)) return false;
    return !this.tooLong(draft.text) || Boolean(draft.sent);
  }

  hear() {
    for (const ack of this.data.acks) this.acknowledged(ack);
  }

  acknowledged(ack) {
    if (this.flight?.key === ack.key) this.flight = null;
    const draft = this.drafts.get(ack.question);
    if (!draft?.sent || draft.sent.key !== ack.key) return;
    if (ack.state === "saved") {
      if (draft.text === draft.sent.text) this.drafts.drop(ack.question);
      else this.drafts.put({ ...draft, sent: null, base: ack.version, seen: ack.text });
    } else if (ack.state === "conflict") {
      this.drafts.put({ ...draft, sent: null, conflict: ack });
    } else {
      this.drafts.put({ ...draft, sent: null, refused: ack.message });
    }
  }

  /* The page is hidden (it may come back) or going: send what there is, and leave the rest to the next page. */
  leave(going = this.going) {
    if (!this.drafts) return;
    this.send();
    this.drafts.beat(!going); // `visibilitychange` comes once more after `pagehide`
  }

  tick() {
    if (!this.data) return;
    this.drafts.beat();
    if (this.drafts.adopt((question) => this.mine(question))) {
      this.hear(); // what the page before had sent may have been answered by now, and an answer comes only once
      this.fill();
    }
    const overdue = this.flight && Date.now() - this.flight.at > this.flight.wait;
    const settled = [...this.drafts.own.values()].some((draft) => Date.now() - (draft.since || 0) > PAUSE);
    if (overdue) this.send(true);
    else if (settled) this.send();
    this.paint();
  }

  /* ---- what the reader sees ---- */

  tooLong(text) {
    return text.length > this.data.most && [...text].length > this.data.most;
  }

  paint() {
    if (!this.data) return;
    const { words, question, saved, most } = this.data;
    const draft = this.drafts.get(question);
    const [state, sentence] = this.state(draft, words, saved);
    this.root.dataset.state = state;
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
    const length = [...this.area.value].length;
    this.count.textContent = length > most * 0.8 ? filled(words.count, { length, most }) : "";
    this.area.setAttribute("aria-invalid", String(state === "conflict" || state === "refused"));
    this.paintBox(draft, words);
    this.paintOthers(words);
  }

  state(draft, words, saved) {
    if (!draft) return saved ? ["saved", saved] : ["empty", words.empty];
    if (draft.conflict) return ["conflict", words.conflict];
    if (draft.refused) return ["refused", draft.refused];
    if (this.tooLong(draft.text)) return ["refused", filled(words.long, { length: [...draft.text].length })];
    if (!this.drafts.held) return ["unsaved", words.unheld];
    if (!navigator.onLine) return ["waiting", words.offline];
    if (this.flight && Date.now() - this.flight.first > PATIENCE) return ["waiting", words.waiting];
    if (this.flight?.key === draft.sent?.key && draft.sent) return ["saving", words.saving];
    return ["unsaved", draft.restored ? words.restored : words.unsaved];
  }

  paintBox(draft, words) {
    const shown = draft?.conflict ? `conflict ${draft.conflict.key}` : draft?.refused ? "refused" : "";
    if (this.shown === `${shown} ${this.data.question}`) return;
    this.shown = `${shown} ${this.data.question}`;
    this.box.replaceChildren();
    if (draft?.conflict) {
      const theirs = draft.conflict;
      this.box.append(
        this.version(theirs.head, theirs.text || words.nothing),
        this.version(words.mine, draft.text || words.nothing),
        this.choices([
          [words.keepTheirs, () => this.settle(null)],
          [words.keepMine, () => this.settle(this.area.value)],
          [words.keepBoth, () => this.settle(`${theirs.text}\n\n${this.area.value}`)],
        ]),
      );
    } else if (draft?.refused) {
      this.box.append(
        this.choices([
          [words.again, () => this.retry()],
          [words.discard, () => this.discard()],
        ]),
      );
    }
  }

  version(head, text) {
    const part = element("div", "version");
    const body = element("p", "text", text);
    body.dir = "auto";
    part.append(element("p", "head", head), body);
    return part;
  }

  choices(list) {
    const row = element("div", "choices");
    for (const [words, run] of list) {
      const button = element("button", "choice", words);
      button.type = "button";
      button.addEventListener("click", run);
      row.append(button);
    }
    return row;
  }

  paintOthers(words) {
    const rest = [...this.drafts.own.values()].filter((draft) => draft.question !== this.data.question);
    const stuck = rest.filter((draft) => draft.conflict || draft.refused).map((draft) => draft.question);
    const waiting = rest.length - stuck.length;
    const shown = this.data.sweep ? JSON.stringify([waiting, stuck, words.stuck]) : "";
    if (this.told === shown) return;
    this.told = shown;
    this.others.replaceChildren();
    if (!this.data.sweep) return;
    if (waiting) this.others.append(element("p", "line", filled(words.others, { count: waiting })));
    if (!stuck.length) return;
    this.others.append(element("p", "line", words.stuck));
    const names = stuck.map((question) => [this.data.names[question] || question, () => this.trigger("jump", question)]);
    if (this.data.jumps) this.others.append(this.choices(names));
    else this.others.append(element("p", "line", names.map(([name]) => name).join("; ")));
  }

  /* ---- choosing between two versions ---- */

  settle(text) {
    const { question } = this.data;
    const draft = this.drafts.get(question);
    const { version, text: seen } = draft.conflict;
    if (text === null) {
      this.drafts.drop(question);
      this.data = { ...this.data, text: seen, version };
    } else {
      const next = { ...draft, text, key: random(), base: version, seen, sent: null, conflict: null, since: 0 };
      this.drafts.put(next);
    }
    this.fill();
    this.send();
    this.area.focus();
  }

  retry() {
    const draft = this.drafts.get(this.data.question);
    this.drafts.put({ ...draft, refused: null, sent: null, key: random(), since: 0 });
    this.send();
  }

  discard() {
    this.drafts.drop(this.data.question);
    this.fill();
    this.paint();
    this.area.focus();
  }

  /* ---- hotkeys: a key presses one of Streamlit's own buttons ---- */

  hotkey(event) {
    const key = this.data?.keys?.[event.key];
    if (!key || event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.defaultPrevented || busy(event.composedPath()[0], key)) return;
    event.preventDefault();
    event.stopPropagation();
    this.waiting.push({ name: event.key, since: Date.now() });
    this.pump();
  }

  /* Press what waits, in order. A key waits until the question it is for stands: no mark may fall on another one. */
  pump() {
    clearTimeout(this.pumping);
    const again = () => (this.pumping = setTimeout(() => this.pump(), 40));
    while (this.waiting.length) {
      if (Date.now() - (this.turned ?? this.waiting[0].since) > TURN) {
        this.turned = null;
        this.waiting = []; // the page does not follow: nothing is pressed blindly later
        return;
      }
      if (this.turned) return again();
      const key = this.data.keys[this.waiting[0].name];
      const button = key && document.querySelector(key.target);
      if (key && !button) return again();
      this.waiting.shift();
      if (!button || button.disabled) continue;
      if (key.turns) this.turned = Date.now();
      button.click();
    }
  }
}

/* Whether a key belongs to what has the focus: text, a menu, an open dialog, or another control that uses it. */
function busy(target, key) {
  if (!(target instanceof Element)) return false;
  if (document.querySelector('[role="dialog"], [role="listbox"], [role="menu"]')) return true;
  if (target.isContentEditable || target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")) return true;
  const arrows = '[role="slider"], [role="tab"], [role="grid"], [role="combobox"], [role="radio"], [role="radiogroup"], canvas';
  return Boolean(key.arrow && target.closest(arrows));
}
