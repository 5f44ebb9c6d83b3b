/* Toasts: from the server (HX-Trigger: {"toast": {"level", "message", "undo"}}), from other modules, and for failed
   requests. Good news leaves after 6 s, what can be undone after 10 s, errors stay until dismissed. */

import { post } from './posting.js';

const STAY_MS = 6000;
const UNDO_MS = 10_000;
const ICONS = { ok: 'done', warn: 'warn', bad: 'fail' };

/* A modal dialog makes all else inert, so the region moves into it while one is open. */
function region() {
  const toasts = document.getElementById('toasts');
  const host = document.querySelector('dialog:modal') ?? document.body;
  if (toasts.parentElement !== host) host.append(toasts);
  return toasts;
}

function leave(toast) {
  if (toast.matches(':hover, :focus-within') && !toast.querySelector('[data-undo]')) setTimeout(leave, STAY_MS, toast);
  else toast.remove();
}

/* The desk puts it back, if nobody changed it meanwhile: an event of the calendar, or what an address stands for. */
async function undo(event) {
  if (typeof event === 'string') { post(event); return; }
  const headers = { accept: 'application/json' };
  const answer = await fetch(`/api/calendar/undo/${event}`, { method: 'POST', headers }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (answer?.ok) show('ok', told.message);
  else show('bad', told?.detail ?? 'The desk did not answer. Check the connection, then try again.');
  document.dispatchEvent(new CustomEvent('changed', { detail: { topic: 'posts' } }));
}

function offerUndo(toast, event) {
  const button = document.createElement('button');
  Object.assign(button, { type: 'button', className: 'btn btn--sm', textContent: 'Undo' });
  button.dataset.undo = '';
  button.addEventListener('click', () => { toast.remove(); undo(event); });
  toast.querySelector('[data-dismiss]').before(button);
}

function show(level, message, event) {
  const toast = document.getElementById('toast').content.cloneNode(true).firstElementChild;
  const use = toast.querySelector('use');
  toast.dataset.tone = level;
  use.setAttribute('href', use.getAttribute('href').replace(/#.*/, `#${ICONS[level] ?? 'info'}`));
  toast.querySelector('.toast__text').textContent = message;
  if (level === 'bad') toast.role = 'alert';
  else setTimeout(leave, event ? UNDO_MS : STAY_MS, toast);
  if (event) offerUndo(toast, event);
  region().append(toast);
}

document.addEventListener('toast', ({ detail }) => show(detail.level ?? 'ok', detail.message, detail.undo));

document.addEventListener('click', ({ target }) => target.closest('[data-dismiss]')?.closest('.toast').remove());

/* After a dialog has closed the region must not go with its content. */
document.addEventListener('close', region, true);

/* A problem document is for a toast, not for the page. */
document.addEventListener('htmx:response:error', ({ detail: { ctx } }) => {
  const type = ctx.response.headers.get('content-type') ?? '';
  if (type.startsWith('application/problem+json')) {
    ctx.swap = 'none';
    if (!ctx.hx.trigger) show('bad', JSON.parse(ctx.text).detail);
  } else if (ctx.response.status >= 500) {
    if (!ctx.hx.trigger) show('bad', `The desk failed on that (error ${ctx.response.status}). Try again in a moment.`);
  }
});

document.addEventListener('htmx:error', ({ detail: { ctx, error } }) => {
  if (!ctx || ctx.sourceElement.matches?.('[data-live]')) return;
  if (error?.name === 'TypeError' || ctx.request.signal.aborted) {
    show('bad', 'The desk did not answer. Check the connection, then try again.');
  }
});
