/* Station time from one ticker: the clock, the day rail, the daypart and every countdown.
   The browser's zone is never used; its clock only measures what passed since the server spoke. */

const root = document.documentElement;
const [visit] = performance.getEntriesByType('navigation');
let offset = Number(root.dataset.now) - (performance.timeOrigin + (visit?.responseStart ?? 0));

const format = new Intl.DateTimeFormat('en-US', {
  timeZone: root.dataset.zone, hourCycle: 'h23', weekday: 'short', day: 'numeric', month: 'short',
  hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'shortOffset',
});

const all = (selector) => document.querySelectorAll(selector);
const pad = (number) => String(number).padStart(2, '0');
const now = () => Date.now() + offset;

/* Untouched text keeps selections and spares the accessibility tree. */
function write(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

function wall(instant) {
  const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  return {
    time: `${part.hour}:${part.minute}`,
    second: part.second,
    date: `${part.weekday} ${part.day} ${part.month}`,
    zone: part.timeZoneName.replace('GMT', 'UTC').replace(/\+0$/, ''),
    minutes: Number(part.hour) * 60 + Number(part.minute) + Number(part.second) / 60,
  };
}

const pair = (large, unit, small, rest) => `in ${large} ${unit}${small ? ` ${small} ${rest}` : ''}`;

function countdown(ms) {
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 0) return 'due';
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
  if (hours > 0) return pair(hours, 'h', minutes % 60, 'min');
  return minutes > 9 ? `in ${minutes} min` : `in ${minutes}:${pad(seconds % 60)}`;
}

function showClock(at) {
  for (const el of all('[data-clock]')) {
    write(el.firstChild, at.time);
    write(el.querySelector('.sec'), at.second);
  }
  for (const el of all('[data-clock-short]')) write(el, `${at.time}:${at.second}`);
  for (const el of all('[data-clock-date]')) write(el, at.date);
  for (const el of all('[data-clock-zone]')) write(el, el.textContent.replace(/UTC\S*$/, at.zone));
}

function showRail({ minutes }) {
  const share = `${((minutes / 1440) * 100).toFixed(3)}%`;
  for (const el of all('[data-past]')) el.setAttribute('width', share);
  for (const el of all('[data-tick]')) el.setAttribute('x', share);
}

function showDaypart({ minutes }) {
  const parts = [...all('.sidebar [data-from]')];
  if (!parts.length) return;
  const current = parts.findLastIndex((rect) => Number(rect.dataset.from) <= minutes);
  const next = parts[(current + 1) % parts.length];
  const from = Number(next.dataset.from);
  for (const el of all('[data-daypart]')) write(el, parts[current].dataset.name);
  const text = `${next.dataset.name} from ${pad(Math.floor(from / 60))}:${pad(from % 60)}`;
  for (const el of all('[data-daypart-next]')) write(el, text);
}

/* Now-lines: data-now-from and data-now-to are the instants at the ends of the track. */
function showNow(instant, { time }) {
  for (const el of all('[data-now-from]')) {
    const from = Number(el.dataset.nowFrom);
    const share = (instant - from) / (Number(el.dataset.nowTo) - from);
    el.style.setProperty('--p', share.toFixed(5));
    el.hidden = share < 0 || share > 1;
    write(el.querySelector('[data-now-label]'), time);
  }
}

/* What is over by now: the parts of the page that show what is on are fetched again. */
function showOver(instant) {
  const over = [...all('[data-over]')].filter((el) => Number(el.dataset.over) <= instant);
  for (const el of over) el.removeAttribute('data-over');
  if (over.length) document.dispatchEvent(new CustomEvent('changed', { detail: { topic: 'now' } }));
}

function show() {
  const instant = now();
  const at = wall(instant);
  showClock(at);
  showRail(at);
  showDaypart(at);
  showNow(instant, at);
  showOver(instant);
  for (const el of all('[data-until]')) write(el, countdown(Number(el.dataset.until) - instant));
}

function tick() {
  show();
  setTimeout(tick, 1000 - (now() % 1000));
}

async function sync() {
  if (document.hidden) return;
  const sent = Date.now();
  const response = await fetch('/clock', { cache: 'no-store' }).catch(() => null);
  if (!response?.ok) return;
  const { now_ms: server } = await response.json();
  offset = server - (sent + Date.now()) / 2;
}

tick();
setInterval(sync, 60_000);
document.addEventListener('visibilitychange', sync);
document.addEventListener('htmx:after:swap', show);
