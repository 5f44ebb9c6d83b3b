/* Toasts: from the server (HX-Trigger: {"toast": {"level", "message"}}), from other modules, and for failed requests.
   Good news leaves after 6 s, errors stay until dismissed. */

const STAY_MS = 6000;
const ICONS = { ok: 'done', warn: 'warn', bad: 'fail' };

/* A modal dialog makes all else inert, so the region moves into it while one is open. */
function region() {
  const toasts = document.getElementById('toasts');
  const host = document.querySelector('dialog:modal') ?? document.body;
  if (toasts.parentElement !== host) host.append(toasts);
  return toasts;
}

function leave(toast) {
  if (toast.matches(':hover, :focus-within')) setTimeout(leave, STAY_MS, toast);
  else toast.remove();
}

function show(level, message) {
  const toast = document.getElementById('toast').content.cloneNode(true).firstElementChild;
  const use = toast.querySelector('use');
  toast.dataset.tone = level;
  use.setAttribute('href', use.getAttribute('href').replace(/#.*/, `#${ICONS[level] ?? 'info'}`));
  toast.querySelector('.toast__text').textContent = message;
  if (level === 'bad') toast.role = 'alert';
  else setTimeout(leave, STAY_MS, toast);
  region().append(toast);
}

document.addEventListener('toast', ({ detail }) => show(detail.level ?? 'ok', detail.message));

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
