/* The guide: it opens at now, arrow keys go from programme to programme, and what is on is marked as time goes on. */

const LOOK_MS = 15_000;

const timeline = () => document.querySelector('.guide[data-scroll-now]');
const rows = () => [...document.querySelectorAll('.guide .track[role="group"]')].map((row) => [...row.querySelectorAll('a.block')]);

/* What clock.js knows of the time, read off its line. */
function now() {
  const line = document.querySelector('.guide [data-now-from]');
  if (!line) return null;
  const [from, to] = [Number(line.dataset.nowFrom), Number(line.dataset.nowTo)];
  return from + Number(line.style.getPropertyValue('--p') || 0) * (to - from);
}

function toNow(behavior) {
  const box = timeline();
  const line = box?.querySelector('[data-now-from]');
  if (!line || line.hidden) return;
  const head = line.parentElement.offsetLeft;
  box.scrollTo({ left: line.offsetLeft - (box.clientWidth - head) * 0.36, behavior });
}

function mark() {
  const instant = now();
  if (instant === null) return;
  for (const el of document.querySelectorAll('.guide [data-begins]')) {
    el.toggleAttribute('data-over', Number(el.dataset.ends) <= instant);
    el.toggleAttribute('data-air', Number(el.dataset.begins) <= instant && instant < Number(el.dataset.ends));
  }
}

/* One programme is in the order of Tab, the others are reached by the arrows. */
function roving(chosen) {
  const all = rows().flat();
  const current = chosen ?? all.find((one) => one.tabIndex === 0 && one.dataset.current !== undefined)
    ?? all.find((one) => one.dataset.air !== undefined) ?? all[0];
  for (const one of all) {
    one.tabIndex = one === current ? 0 : -1;
    one.toggleAttribute('data-current', one === current);
  }
}

/* The programme of another channel that is on where this one begins, or as near to it as there is. */
function beside(row, from) {
  const at = Number(from.dataset.begins);
  return row.findLast((one) => Number(one.dataset.begins) <= at) ?? row[0];
}

function aimed(key, from) {
  const found = rows().filter((row) => row.length);
  const y = found.findIndex((row) => row.includes(from));
  const x = found[y].indexOf(from);
  if (key === 'ArrowRight') return found[y][x + 1];
  if (key === 'ArrowLeft') return found[y][x - 1];
  if (key === 'Home') return found[y][0];
  if (key === 'End') return found[y].at(-1);
  const row = key === 'ArrowDown' ? found[y + 1] : key === 'ArrowUp' ? found[y - 1] : null;
  return row && beside(row, from);
}

document.addEventListener('keydown', (event) => {
  const from = event.target.closest?.('.guide a.block');
  if (!from || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (!['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(event.key)) return;
  event.preventDefault();
  const to = aimed(event.key, from);
  if (!to) return;
  roving(to);
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: 'nearest', inline: 'nearest' });
});

document.addEventListener('focusin', ({ target }) => { if (target.matches?.('.guide a.block')) roving(target); });

document.addEventListener('click', (event) => {
  if (!event.target.closest('[data-goto-now]') || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  toNow(matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth');
});

function open() {
  if (!timeline()) return;
  roving();
  mark();
}

document.addEventListener('htmx:after:swap', open);
open();
toNow('instant');
setInterval(mark, LOOK_MS);
