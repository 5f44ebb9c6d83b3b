/* Forms of posts: what each platform would be sent follows what one types, own texts follow the chosen channels,
   and the button of a hashtag set puts its hashtags into the field. */

const DELAY_MS = 400;
const waiting = new WeakMap();

/* A dialog may be closed by then, and its form gone. */
const ask = (watcher) => { if (watcher.isConnected) watcher.dispatchEvent(new Event('preview')); };

function own(form) {
  const boxes = [...form.querySelectorAll('input[name="channels"]')];
  if (!boxes.length) return;
  const picked = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  for (const part of form.querySelectorAll('[data-own]')) part.hidden = !picked.has(part.dataset.own);
}

function typed({ target }) {
  const form = target.form;
  const watcher = form?.querySelector('[data-preview]');
  if (!watcher) return;
  own(form);
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => ask(watcher), DELAY_MS));
}

function insert(button) {
  const field = document.getElementById(button.dataset.into);
  const there = field.value.split(/[\s,]+/).filter(Boolean);
  const known = new Set(there.map((tag) => tag.replace(/^#/, '').toLowerCase()));
  const added = button.dataset.insert.split(' ').filter((tag) => !known.has(tag.toLowerCase()));
  field.value = [...there, ...added].join(' ');
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.focus();
}

document.addEventListener('input', typed);
document.addEventListener('change', typed);
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-insert]');
  if (!button) return;
  event.preventDefault();
  insert(button);
});

const everywhere = () => document.querySelectorAll('form:has([data-preview])').forEach(own);
document.addEventListener('htmx:after:swap', everywhere);
everywhere();
