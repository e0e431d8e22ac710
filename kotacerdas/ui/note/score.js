/* The line beside the score tells the truth about it: what the page shows as chosen is compared with what the server
   drew. While the two differ the choice is on its way or lost, and the line says so in place of the saved one.

   Streamlit disables its controls while it has no connection, and after it is back nothing runs until somebody does
   something: then this asks for a run, so that the page shows what the store holds. Words are set as text. */

const LOOK = 250; // ms between two looks at the page
const PATIENCE = 6000; // ms after which the reader is told that the server has not answered
const AGAIN = 4000; // ms without a run before it is asked for again

const lines = new WeakMap();

export default function mount({ data, parentElement, setTriggerValue }) {
  let line = lines.get(parentElement);
  if (!line) {
    line = new Line(parentElement);
    lines.set(parentElement, line);
  }
  line.show(data, () => setTriggerValue("again", Math.random()));
  // Streamlit runs the cleanup of an overtaken render too: what is still in the page stays.
  return () =>
    setTimeout(() => {
      if (line.host.isConnected) return;
      line.close();
      lines.delete(parentElement);
    });
}

class Line {
  constructor(parent) {
    this.host = parent.host || parent;
    this.words = document.createElement("span");
    this.words.className = "score-line";
    this.words.setAttribute("role", "status");
    parent.append(this.words);
    this.closing = new AbortController();
    const soon = () => setTimeout(() => this.look());
    for (const name of ["click", "change"]) document.addEventListener(name, soon, { signal: this.closing.signal });
    for (const name of ["online", "offline"]) window.addEventListener(name, soon, { signal: this.closing.signal });
    this.ticker = setInterval(() => this.look(), LOOK);
  }

  close() {
    clearInterval(this.ticker);
    this.closing.abort();
    this.words.remove();
  }

  /* A run of the page has brought new data. */
  show(data, ask) {
    if (this.data?.run !== data.run) this.asked = null;
    this.data = data;
    this.ask = ask;
    this.look();
  }

  look() {
    if (!this.data) return;
    const cut = this.cut();
    if (this.wasCut && !cut) this.asked = 0;
    this.wasCut = cut;
    if (!cut && this.asked !== null && this.asked !== undefined && Date.now() - this.asked > AGAIN) {
      this.asked = Date.now();
      this.ask();
    }
    this.paint(cut);
  }

  /* Whether there is no connection: what the server drew as open cannot be used. */
  cut() {
    if (!this.data.open) return false;
    const disabled = this.data.controls.some(({ target }) => document.querySelector(target)?.disabled);
    return disabled || !navigator.onLine;
  }

  paint(cut) {
    const found = this.data.open && this.data.controls.find((control) => differs(control));
    if (!found) this.since = null;
    else if (this.since === null || this.since === undefined) this.since = Date.now();
    let [state, sentence] = [this.data.state, this.data.sentence];
    if (found) {
      const key = cut ? "cut" : Date.now() - this.since > PATIENCE ? "slow" : "saving";
      state = cut || key === "slow" ? "unsaved" : "saving";
      sentence = found.words[key].replaceAll("{n}", shown(found));
    }
    if (this.words.dataset.state !== state) this.words.dataset.state = state;
    if (this.words.textContent !== sentence) this.words.textContent = sentence;
  }
}

/* What a control of the page shows: the mark of the segment chosen, or whether a switch is on. */
function shown({ target, marks }) {
  const parts = [...document.querySelectorAll(target)];
  if (!parts.length) return undefined;
  if (!marks) return parts[0].checked;
  const place = parts.findIndex((part) => part.getAttribute("aria-checked") === "true");
  return place < 0 ? null : marks[place];
}

function differs(control) {
  const now = shown(control);
  return now !== undefined && now !== control.stands;
}
