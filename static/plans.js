/* Moving and resizing zones on a week of plans: dragged, or picked up with Enter, moved with the arrows, resized with
   Shift and the arrows, and dropped. A zone moves on all its days at once. The desk decides; what it refuses goes back
   to its place, and it says why. */

import { post } from './posting.js';

const UNIT_MIN = 5;
const DAY_MIN = 1440;
const SLACK_PX = 5;

let held = null; // { zone, title, href, version, day, start, length, by, longer, pointer }
let pressed = null; // { block, edge, x }
let focusNext = null; // { day, zone }
let dragged = false;

const say = (text) => { document.getElementById('plans-say').textContent = text; };
const blockOf = (target) => target.closest?.('.week--zones .block[data-move]');
const blocks = () => [...document.querySelectorAll(`.week--zones .block[data-zone="${CSS.escape(held.zone)}"]:not([data-echo])`)];
const week = () => document.querySelector('.week--zones');
const step = () => Number(week().dataset.grid);
const pad = (number) => String(number).padStart(2, '0');
const wall = (minute) => `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
const wrapped = (minute) => ((minute % DAY_MIN) + DAY_MIN) % DAY_MIN;

/* A window ends by 24:00, which is another thing than 00:00. */
function target() {
  const start = wrapped(held.start + held.by);
  const end = start + held.length + held.longer;
  return { start, end: end > DAY_MIN ? end - DAY_MIN : end };
}

const words = ({ start, end }) => `${wall(start)} to ${wall(end)}`;

function hold(block, pointer = null) {
  const { zone, move, v, start, end } = block.dataset;
  const length = wrapped(Number(end) - Number(start)) || DAY_MIN;
  const title = block.querySelector('.block__t').textContent;
  held = { zone, title, href: move, version: v, day: block.closest('.day').id, start: Number(start), length, by: 0, longer: 0, pointer };
  show();
}

/* Each piece of the zone is drawn where it would be; what goes over one end of the day comes in again at the other. */
function show() {
  const width = Number(week().dataset.units);
  for (const echo of document.querySelectorAll('[data-echo]')) echo.remove();
  for (const block of blocks()) {
    const n = Number(block.dataset.n) + (block.querySelector('[data-edge]') ? held.longer / UNIT_MIN : 0);
    const s = Number(block.dataset.s) + held.by / UNIT_MIN;
    block.dataset.held = '';
    place(block, s, n);
    if (s + n > width || s < 0) block.after(place(echoOf(block), s < 0 ? s + width : s - width, n));
    const sub = block.querySelector('.zone__sub');
    sub.dataset.was ??= sub.textContent;
    sub.textContent = words(target());
  }
}

function place(block, s, n) {
  block.style.setProperty('--s', s);
  block.style.setProperty('--n', n);
  return block;
}

function echoOf(block) {
  const echo = document.createElement('span');
  echo.className = block.className;
  echo.append(block.querySelector('.zone__text').cloneNode(true));
  Object.assign(echo.dataset, { echo: '', held: '', row: block.dataset.row, ch: block.dataset.ch ?? '' });
  echo.setAttribute('aria-hidden', 'true');
  return echo;
}

function release() {
  for (const echo of document.querySelectorAll('[data-echo]')) echo.remove();
  for (const block of blocks()) {
    delete block.dataset.held;
    block.style.removeProperty('--s');
    block.style.removeProperty('--n');
    const sub = block.querySelector('.zone__sub');
    if (sub.dataset.was) sub.textContent = sub.dataset.was;
  }
  held = null;
}

function putBack() {
  say(`${held.title} is back at ${words({ start: held.start, end: wrapped(held.start + held.length) || DAY_MIN })}.`);
  release();
}

async function drop(block) {
  if (!held.by && !held.longer) {
    const { pointer } = held;
    release();
    if (!pointer) open(block);
    return;
  }
  const { href, version, day, zone, pointer } = held;
  const { start, end } = target();
  for (const each of blocks()) each.setAttribute('aria-busy', 'true');
  const { ok, message } = await post(href, { start: wall(start), end: wall(end), version });
  for (const each of blocks()) each.removeAttribute('aria-busy');
  if (!pointer) focusNext = { day, zone };
  say(message);
  release();
  if (!ok) document.dispatchEvent(new CustomEvent('changed', { detail: { topic: 'plans' } }));
}

function open(block) {
  const box = document.getElementById('dialog');
  htmx.ajax('GET', block.getAttribute('href'), { source: box, target: box, swap: 'innerHTML' });
}

/* One unit of the grid further, within what a zone can be. */
function shift(by) { held.by += by; }
function stretch(by) { held.longer = Math.min(DAY_MIN, Math.max(step(), held.length + held.longer + by)) - held.length; }

document.addEventListener('keydown', (event) => {
  if (held?.pointer && event.key === 'Escape') { pressed = null; putBack(); return; }
  const block = blockOf(event.target);
  if (!block || event.ctrlKey || event.metaKey || event.altKey) return;
  const grips = event.key === 'Enter' || event.key === ' ';
  if (!held && grips) {
    hold(block);
    say(`${held.title} picked up at ${words(target())}. Left and right move it, Shift with them resizes it, Enter drops it, Escape puts it back; Enter at once opens it.`);
  } else if (held && grips) drop(block);
  else if (held && event.key === 'Escape') putBack();
  else if (held && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
    (event.shiftKey ? stretch : shift)(event.key === 'ArrowLeft' ? -step() : step());
    show();
    say(words(target()));
  } else return;
  event.preventDefault();
});

document.addEventListener('focusout', ({ target: left, relatedTarget }) => {
  if (held && !held.pointer && relatedTarget && blockOf(left) && blockOf(relatedTarget)?.id !== left.id) putBack();
});

/* A mouse or a pen drags; a finger scrolls, and taps to open. */

document.addEventListener('pointerdown', (event) => {
  const block = blockOf(event.target);
  dragged = false;
  pressed = block && event.button === 0 && event.pointerType !== 'touch'
    ? { block, edge: Boolean(event.target.closest('[data-edge]')), x: event.clientX } : null;
});

document.addEventListener('pointermove', (event) => {
  if (!pressed) return;
  const far = event.clientX - pressed.x;
  if (!dragged) {
    if (Math.abs(far) <= SLACK_PX) return;
    if (held) putBack();
    dragged = true;
    hold(pressed.block, { edge: pressed.edge });
  }
  if (!held) return;
  const lane = pressed.block.closest('.lane').getBoundingClientRect();
  const minutes = (far / lane.width) * Number(week().dataset.units) * UNIT_MIN;
  const by = Math.round(minutes / step()) * step();
  if (pressed.edge) { held.longer = 0; stretch(by); } else held.by = by;
  show();
});

document.addEventListener('pointerup', () => {
  const block = pressed?.block;
  pressed = null;
  if (held?.pointer) drop(block);
});
document.addEventListener('pointercancel', () => {
  pressed = null;
  if (held?.pointer) putBack();
});
document.addEventListener('dragstart', (event) => { if (blockOf(event.target)) event.preventDefault(); });

document.addEventListener('click', (event) => {
  const block = event.target.closest('.week--zones .block[href]');
  if (!block || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!dragged) open(block);
});

/* What others change is drawn while something is held: it stays held. */
document.addEventListener('htmx:after:swap', () => {
  if (held && week()) show();
  if (!focusNext || document.activeElement !== document.body) return;
  const { day, zone } = focusNext;
  document.querySelector(`#${CSS.escape(day)} .block[data-zone="${CSS.escape(zone)}"]`)?.focus();
});
document.addEventListener('focusin', ({ target: now }) => {
  if (focusNext && now.dataset.zone !== focusNext.zone) focusNext = null;
});
