/* Moving what stands on the calendar: dragged, or picked up with Enter, moved with the arrows and dropped. Another day
   keeps the time of day. What has a length ends earlier or later by its edge, or with Shift. The desk decides; what it refuses goes back to its place, and it says why. */

import { clock, daysLater, instantOf, minutesLater, parsed, same, wallOf, words } from './walltime.js';

const STEP_MIN = 5;
const UNIT_MS = STEP_MIN * 60_000;
const SLACK_PX = 5;
const UNDO_MS = 10_000;

let held = null; // { id, title, href, version, from, to, until and end (where it has a length), origin (of a pointer) }
let focusNext = '';
let dragged = false;

const view = () => document.getElementById('calendar')?.dataset.view;
const say = (text) => { document.getElementById('calendar-says').textContent = text; };
const tell = (type, detail) => document.dispatchEvent(new CustomEvent(type, { detail }));
const pinOf = (target) => target.closest?.('#calendar .postpin[data-v]');

function hold(pin, origin = null) {
  const from = parsed(pin.dataset.at);
  const title = pin.querySelector('.postpin__t').textContent;
  const until = pin.dataset.ends ? parsed(pin.dataset.ends) : null;
  held = { id: pin.id, title, href: pin.getAttribute('href'), version: Number(pin.dataset.v), from, to: from, until, end: until, origin };
  show();
}

/* Where a wall time stands on the page, in a lane like the one the pin is in. */
function spot(at, pin) {
  const host = document.querySelector(`#calendar [data-date="${at.day}"]`);
  const body = host?.querySelector('[data-from]');
  if (!body) return host?.getBoundingClientRect();
  const lane = pin.closest('.lane');
  const index = lane ? [...lane.parentElement.querySelectorAll('.lane')].indexOf(lane) : 0;
  const box = (body.querySelectorAll('.lane')[index] ?? body).getBoundingClientRect();
  const units = Number(body.closest('[data-units]').dataset.units);
  const share = Math.min(1, Math.max(0, (instantOf(at) - Number(body.dataset.from)) / (units * UNIT_MS)));
  return view() === 'channel'
    ? { left: box.left, top: box.top + share * box.height }
    : { left: box.left + share * box.width, top: box.top };
}

const resized = () => Boolean(held.until && !same(held.end, held.until));

/* The stretch that a booking takes, so many units longer than it is. */
function drawEnd(units) {
  const block = document.querySelector(`#calendar [data-end-of="${held.id}"]`)?.parentElement;
  if (units) block?.style.setProperty('--n', Math.max(1, Number(block.dataset.n) + units));
  else block?.style.removeProperty('--n');
}

/* Another end, a step or more after the start; what was moved keeps its length. */
function endAt(ms) {
  if (!held.until || !same(held.from, held.to)) return false;
  held.end = wallOf(Math.max(ms, instantOf(held.from) + UNIT_MS));
  show();
  return true;
}

function show() {
  const pin = document.getElementById(held.id);
  if (!pin) return;
  pin.dataset.held = '';
  pin.querySelector('time').textContent = resized() ? `${clock(held.from)} – ${clock(held.end)}` : clock(held.to);
  drawEnd(resized() ? Math.round((instantOf(held.end) - instantOf(held.until)) / UNIT_MS) : 0);
  const [from, to] = [spot(held.from, pin), spot(held.to, pin)];
  if (!from || !to) return;
  pin.style.setProperty('--dx', `${to.left - from.left}px`);
  pin.style.setProperty('--dy', `${to.top - from.top}px`);
}

function release(back) {
  const pin = document.getElementById(held.id);
  if (pin && back) {
    delete pin.dataset.held;
    pin.style.removeProperty('--dx');
    pin.style.removeProperty('--dy');
    pin.querySelector('time').textContent = clock(held.from);
    drawEnd(0);
  }
  held = null;
}

function putBack() {
  say(`${held.title} is back at ${words(held.from)}.`);
  release(true);
}

async function drop() {
  const { id, href, from, version, origin, end } = held;
  const [act, to] = resized() ? ['resize', end] : ['move', held.to];
  if (act === 'move' && same(from, to)) {
    release(true);
    if (!origin) open(document.getElementById(id));
    return;
  }
  const pin = document.getElementById(id);
  pin?.setAttribute('aria-busy', 'true');
  const [, , , kind, item] = href.split('/');
  const answer = await fetch(`/api/calendar/${kind}/${item}/${act}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ date: to.day, time: clock(to), version }),
  }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  pin?.removeAttribute('aria-busy');
  if (answer?.ok) landed(id, told);
  else refused(told?.detail ?? 'The desk did not answer. Check the connection, then try again.');
}

function landed(id, { message, undo }) {
  if (!held?.origin) focusNext = id;
  release(false);
  say(message);
  tell('toast', { level: 'ok', message, undo });
  tell('changed', { topic: 'posts' });
}

function refused(detail) {
  if (held) release(true);
  say(detail);
  tell('toast', { level: 'bad', message: detail });
  tell('changed', { topic: 'posts' });
}

function open(pin) {
  const box = document.getElementById('dialog');
  htmx.ajax('GET', pin.getAttribute('href'), { source: box, target: box, swap: 'innerHTML' });
}

/* Keys: the arrows follow the view, across time and across days. */

const WAYS = {
  channel: { ArrowUp: ['min', -1], ArrowDown: ['min', 1], ArrowLeft: ['day', -1], ArrowRight: ['day', 1] },
  month: { ArrowUp: ['day', -7], ArrowDown: ['day', 7], ArrowLeft: ['day', -1], ArrowRight: ['day', 1] },
  bands: { ArrowUp: ['day', -1], ArrowDown: ['day', 1], ArrowLeft: ['min', -1], ArrowRight: ['min', 1] },
};

function stepped(key) {
  if (key === 'PageUp' || key === 'PageDown') return minutesLater(held.to, key === 'PageUp' ? -60 : 60);
  const [what, many] = (WAYS[view()] ?? WAYS.bands)[key] ?? [];
  if (!what) return null;
  return what === 'day' ? daysLater(held.to, many) : minutesLater(held.to, many * STEP_MIN);
}

/* How many steps later an end is by a key: along the time of the view. */
function lengthened(key) {
  const [what, many] = (WAYS[view()] ?? WAYS.bands)[key] ?? [];
  return what === 'min' ? many : 0;
}

document.addEventListener('keydown', (event) => {
  if (held?.origin && event.key === 'Escape') { putBack(); return; }
  const pin = pinOf(event.target);
  if (!pin || event.ctrlKey || event.metaKey || event.altKey) return;
  const grips = event.key === 'Enter' || event.key === ' ';
  if (!held && grips) {
    hold(pin);
    say(`${held.title} picked up at ${words(held.from)}. Arrow keys move it, Enter drops it, Escape puts it back; Enter at once opens it.`);
  } else if (held && grips) drop();
  else if (held && event.key === 'Escape') putBack();
  else if (held?.until && event.shiftKey && lengthened(event.key)) {
    if (endAt(instantOf(held.end) + lengthened(event.key) * UNIT_MS)) say(`Ends ${words(held.end)}`);
  } else {
    const to = held && !(held.until && resized()) && stepped(event.key);
    if (!to) return;
    held.to = to;
    show();
    say(words(to));
  }
  event.preventDefault();
});

document.addEventListener('focusout', ({ target, relatedTarget }) => {
  if (held && !held.origin && relatedTarget && target.id === held.id && relatedTarget.id !== held.id) putBack();
});

/* A mouse or a pen drags; a finger scrolls, and taps to open. */

function under(x, y) {
  const inside = ({ left, right, top, bottom }) => x >= left && x < right && y >= top && y < bottom;
  const hosts = [...document.querySelectorAll('#calendar [data-date]')];
  return hosts.find((host) => inside(host.getBoundingClientRect()))?.dataset.date;
}

function aimed(event, pin) {
  const day = under(event.clientX, event.clientY) ?? held.to.day;
  const on = { day, minute: held.from.minute };
  const body = pin.closest('[data-from]');
  if (!body) return on;
  const down = view() === 'channel';
  const far = down ? event.clientY - held.origin.y : event.clientX - held.origin.x;
  if (Math.abs(far) <= SLACK_PX) return on;
  const box = (pin.closest('.lane') ?? body).getBoundingClientRect();
  const units = Number(body.closest('[data-units]').dataset.units);
  const to = wallOf(instantOf(on) + Math.round((far / (down ? box.height : box.width)) * units) * UNIT_MS);
  if (to.day !== day) return { day, minute: to.day < day ? 0 : 1435 };
  return { day, minute: Math.min(1435, Math.round(to.minute / STEP_MIN) * STEP_MIN) };
}

/* How many steps an edge was pulled. */
function pulled(event, edge) {
  const body = edge.closest('[data-from]');
  const box = (edge.closest('.lane') ?? body).getBoundingClientRect();
  const down = view() === 'channel';
  const far = down ? event.clientY - held.origin.y : event.clientX - held.origin.x;
  return Math.round((far / (down ? box.height : box.width)) * Number(body.closest('[data-units]').dataset.units));
}

let pressed = null;

document.addEventListener('pointerdown', (event) => {
  const edge = event.target.closest?.('#calendar [data-end-of]');
  const pin = edge ? document.getElementById(edge.dataset.endOf) : pinOf(event.target);
  dragged = false;
  pressed = pin && event.button === 0 && event.pointerType !== 'touch' ? { pin: pin.id, x: event.clientX, y: event.clientY, edge } : null;
});

document.addEventListener('pointermove', (event) => {
  if (!pressed) return;
  const pin = document.getElementById(pressed.pin);
  if (!pin) return;
  if (!dragged) {
    if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) <= SLACK_PX) return;
    if (held) putBack();
    dragged = true;
    hold(pin, pressed);
  }
  if (!held) return;
  if (pressed.edge) {
    endAt(instantOf(held.until) + pulled(event, pressed.edge) * UNIT_MS);
    return;
  }
  held.to = aimed(event, pin);
  show();
});

document.addEventListener('pointerup', () => {
  pressed = null;
  if (held?.origin) drop();
});
document.addEventListener('pointercancel', () => {
  pressed = null;
  if (held?.origin) putBack();
});
document.addEventListener('dragstart', (event) => { if (pinOf(event.target)) event.preventDefault(); });

document.addEventListener('click', (event) => {
  const item = event.target.closest('#calendar [data-at]');
  if (item && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    if (!dragged) open(item);
  }
  const file = event.target.closest('[data-export]');
  if (file) file.search = location.search;
  if (event.target.closest('[data-print]')) print();
});

/* What others change is drawn while something is held: it stays held. */
document.addEventListener('htmx:after:swap', () => {
  if (held) show();
  const pin = focusNext && document.getElementById(focusNext);
  if (pin && document.activeElement === document.body) pin.focus();
});
document.addEventListener('focusin', ({ target }) => { if (focusNext && target.id !== focusNext) focusNext = ''; });

setTimeout(() => document.getElementById('undo-last')?.remove(), UNDO_MS);
