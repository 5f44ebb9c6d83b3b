/* The rundown of a log: rows are dragged, or picked up with Enter, moved with the arrows and dropped; videos of the
   library are dragged in. The desk decides; what it refuses goes back to its place, and it says why. */

const SLACK_PX = 5;
const UNDO_MS = 10_000;
const TICK_MS = 1000;

let held = null; // { id, title, asset, place, origin (of a pointer) }
let pressed = null;
let dragged = false;
let focusNext = null; // { title, index } of the row that was dropped by keys: an event that moves gets another id

const rundown = () => document.getElementById('rundown');
const say = (text) => { document.getElementById('log-says').textContent = text; };
const tell = (type, detail) => document.dispatchEvent(new CustomEvent(type, { detail }));
const rows = () => [...document.querySelectorAll('#rundown .lrow[data-open]')];
const titleOf = (row) => row.querySelector('b').textContent;
const timeOf = (row) => row.querySelector('time').textContent;

/* A place is the row before which something goes, or after which, at the end of what can be changed. */

function placeWords({ row, side }) {
  const el = document.getElementById(row);
  return el ? `${side} ${titleOf(el)}, ${timeOf(el)}` : '';
}

function mark() {
  document.querySelectorAll('.lrow[data-drop]').forEach((row) => delete row.dataset.drop);
  if (!held) return;
  const own = document.getElementById(held.id);
  if (own) own.dataset.held = '';
  const there = held.place && document.getElementById(held.place.row);
  if (there) there.dataset.drop = held.place.side;
}

function hold(id, title, origin = null, asset = '') {
  held = { id, title, asset, origin, place: null };
  mark();
}

function release() {
  if (held) delete document.getElementById(held.id)?.dataset.held;
  held = null;
  mark();
}

function putBack() {
  say(`${held.title} stays where it was.`);
  release();
}

function landing(id, { row, side }) {
  const ids = rows().map((one) => one.id).filter((one) => one !== id);
  return ids.indexOf(row) + (side === 'after' ? 1 : 0);
}

function drop() {
  const { id, place, asset, origin, title } = held;
  release();
  if (!place) {
    if (!origin) document.getElementById(id)?.querySelector('.lrow__more').click();
    return;
  }
  if (!origin) focusNext = { title, index: landing(id, place) };
  const { home, version } = rundown().dataset;
  const there = place.row.replace('row-', '');
  const [row, act] = asset ? [there, 'insert'] : [id.replace('row-', ''), 'move'];
  const values = asset ? { asset, side: place.side, version } : { to: `${place.side} ${there}`, version };
  const source = rundown();
  source.setAttribute('aria-busy', 'true');
  htmx.ajax('POST', `${home}/events/${row}/${act}`, { source, values, swap: 'none' })
    ?.then(() => tell('changed', { topic: 'playlog' }))
    .finally(() => source.removeAttribute('aria-busy'));
}

/* Keys. */

function step(by) {
  const all = rows();
  const own = all.findIndex((row) => row.id === held.id);
  const at = held.place ? all.findIndex((row) => row.id === held.place.row) : own;
  const to = Math.min(all.length - 1, Math.max(0, at + by));
  held.place = to === own ? null : { row: all[to].id, side: to < own ? 'before' : 'after' };
  mark();
  say(held.place ? placeWords(held.place) : `${held.title}, where it was`);
  all[to].scrollIntoView({ block: 'nearest' });
}

const STEPS = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 };

document.addEventListener('keydown', (event) => {
  focusNext = null;
  if (held && event.key === 'Escape') {
    putBack();
    event.preventDefault();
    return;
  }
  const grip = event.target.closest?.('#rundown .grip');
  if (!grip || event.ctrlKey || event.metaKey || event.altKey) return;
  const row = grip.closest('.lrow');
  if (event.key === 'Enter' || event.key === ' ') {
    if (held) drop();
    else {
      hold(row.id, titleOf(row));
      say(`${held.title} picked up at ${timeOf(row)}. Arrow keys choose a place, Enter drops it, Escape leaves it; Enter at once opens it.`);
    }
  } else if (held && STEPS[event.key]) step(STEPS[event.key]);
  else return;
  event.preventDefault();
});

document.addEventListener('focusout', ({ target, relatedTarget }) => {
  if (held && !held.origin && relatedTarget && target.closest(`#${CSS.escape(held.id)}`) && !relatedTarget.closest(`#${CSS.escape(held.id)}`)) putBack();
});

/* A mouse or a pen drags; a finger scrolls, and opens a row by its button. */

document.addEventListener('pointerdown', (event) => {
  dragged = false;
  const from = event.target.closest?.('#rundown .lrow[data-open] .grip:not(:disabled), #log-library .lib');
  const usable = from && event.button === 0 && event.pointerType !== 'touch' && !event.target.closest('.lib button');
  const own = from?.closest('.lrow, .lib');
  pressed = usable ? { id: own.id, title: titleOf(own), asset: own.dataset.asset ?? '', x: event.clientX, y: event.clientY } : null;
  if (pressed) event.preventDefault();
});

function aimed({ clientX, clientY }) {
  const row = document.elementFromPoint(clientX, clientY)?.closest('#rundown .lrow[data-open]');
  if (!row || row.id === held.id) return null;
  const box = row.getBoundingClientRect();
  return { row: row.id, side: clientY < box.top + box.height / 2 ? 'before' : 'after' };
}

document.addEventListener('pointermove', (event) => {
  if (!pressed) return;
  if (!dragged) {
    if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) <= SLACK_PX) return;
    if (held) putBack();
    dragged = true;
    hold(pressed.id, pressed.title, pressed, pressed.asset);
  }
  if (!held) return;
  held.place = aimed(event);
  mark();
});

document.addEventListener('pointerup', () => {
  pressed = null;
  if (held?.origin) drop();
});
document.addEventListener('pointercancel', () => {
  pressed = null;
  if (held?.origin) putBack();
});

/* What others change is drawn while something is held: it stays held, if its place is still there. */
document.addEventListener('htmx:after:swap', () => {
  if (held?.place && !document.getElementById(held.place.row)) held.place = null;
  mark();
  const on = document.activeElement;
  if (!focusNext || (on !== document.body && !on.closest('#rundown'))) return;
  const { title, index } = focusNext;
  const far = ([, at]) => Math.abs(at - index);
  const same = rows().map((row, at) => [row, at]).filter(([row]) => titleOf(row) === title);
  same.sort((one, other) => far(one) - far(other))[0]?.[0].querySelector('.grip').focus();
});
/* The row on air moves its bar; when it ends, the rundown is fetched again. */
function tick() {
  const bar = document.querySelector('#rundown .lrow[data-st="air"] progress');
  if (!bar || document.hidden) return;
  bar.value += TICK_MS;
  if (bar.value >= bar.max && !held) tell('changed', { topic: 'playlog' });
}

setInterval(tick, TICK_MS);
setTimeout(() => document.getElementById('undo-last')?.remove(), UNDO_MS);
