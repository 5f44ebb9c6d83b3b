/* Live parts: the server says which topic changed, and elements with data-live="topic" fetch themselves again.
   A 'changed' event in the page counts the same, so that one's own change shows without waiting for the stream. */

const DELAY_MS = 150;
const PERIOD_MS = 1000;
const REOPEN_MS = 5000;

const waiting = new WeakSet();
const fetched = new WeakMap();
const asked = new WeakMap();
let stream = null;

const address = (el) => el.dataset.liveUrl ?? location.pathname + location.search;

function refetch(el) {
  waiting.delete(el);
  if (!el.isConnected) return;
  fetched.set(el, performance.now());
  const url = address(el);
  asked.set(el, url);
  htmx.ajax('GET', url, { source: el, target: el, swap: 'outerMorph' })?.then(() => { if (address(el) !== url) schedule(el); });
}

/* A filter that was set meanwhile has answered first: what was asked before it is not drawn over it. */
document.addEventListener('htmx:before:swap', (event) => {
  const el = event.detail.ctx.sourceElement;
  if (asked.has(el) && asked.get(el) !== address(el)) event.preventDefault();
});

function schedule(el) {
  if (waiting.has(el)) return;
  waiting.add(el);
  const since = performance.now() - (fetched.get(el) ?? -PERIOD_MS);
  setTimeout(refetch, Math.max(DELAY_MS, PERIOD_MS - since), el);
}

function changed(topic) {
  document.querySelectorAll(`[data-live~="${CSS.escape(topic)}"]`).forEach(schedule);
}

function everything() {
  document.querySelectorAll('[data-live]').forEach(schedule);
}

/* Between the page's rendering and the opening, and while a stream was lost, changes went unheard. */
function open() {
  if (stream || document.hidden || !document.querySelector('[data-live]')) return;
  stream = new EventSource('/events');
  stream.addEventListener('open', everything);
  stream.addEventListener('changed', (event) => changed(JSON.parse(event.data).topic));
  stream.addEventListener('error', () => {
    if (stream?.readyState !== EventSource.CLOSED) return;
    stream = null;
    setTimeout(open, REOPEN_MS);
  });
}

function close() {
  stream?.close();
  stream = null;
}

document.addEventListener('changed', ({ detail }) => changed(detail.topic));
/* Browsers allow six connections to a host over all tabs: those that nobody sees give theirs back. */
document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
addEventListener('pagehide', close);
addEventListener('pageshow', open);
open();
